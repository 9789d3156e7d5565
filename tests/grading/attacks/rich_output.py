# about: Script in HTML, JavaScript, SVG, Markdown and LaTeX output
# score: 5
# never: scripted
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

bad = "<script>alert('scripted')</script>"
display(HTML(bad), Javascript("alert('scripted')"), Markdown(bad), Latex(bad))
display({"text/html": bad, "image/svg+xml": bad, "image/png": bad, "application/x": bad}, raw=True)

def double(x):
    return 2 * x

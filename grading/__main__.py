"""``python -m grading``, and the command ``grading``."""


def run() -> None:
    """Run the command line, or say what is missing to run it."""
    try:
        try:
            from grading.cli import main
        except ModuleNotFoundError as error:
            what = f"{error.name} is not installed"
            raise SystemExit(f"Error: {what}; pip install 'rnncore[grading]' brings it") from None
        main(prog_name="grading")
    except KeyboardInterrupt:  # while it still loads; later each command has its own word for it
        raise SystemExit(130) from None


if __name__ == "__main__":
    run()

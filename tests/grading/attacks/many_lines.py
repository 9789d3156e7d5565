# about: 200 MB of output in many lines
# score: 5
# prints: double: cut after
for _ in range(200):
    print("line\n" * 200_000)


def double(x):
    for _ in range(20):
        print("line\n" * 200_000)
    return 2 * x

# about: An endless loop that survives every exception
# score: 0
# seconds: 1
# says: double: did not end within
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

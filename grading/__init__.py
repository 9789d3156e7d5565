"""The instructor's tool, on top of nbgrader: release exercises, prove their tests, grade."""

"""The one exception for what a user can put right."""


class CourseError(Exception):
    """Something about the course folder, the tools or a file; its text is one clear line."""

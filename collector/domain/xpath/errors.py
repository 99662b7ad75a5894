"""Room for what can go wrong with an expression: it cannot be read, or it cannot be evaluated.

It must not know people's languages: the message is for a form author's tool, the caller puts it into words.
Both carry the expression and the place in it; the checks turn them into findings, the command line into lines.
"""

SHOWN = 300  # characters of an expression in the text of an error


class XPathError(Exception):
    """expression: the text as written. offset: index of the character in it. message: what is wrong, in English."""

    def __init__(self, expression: str = "", offset: int = 0, message: str = "") -> None:
        super().__init__(expression, offset, message)
        self.expression = expression
        self.offset = offset
        self.message = message

    def __str__(self) -> str:
        shown = self.expression if len(self.expression) <= SHOWN else self.expression[:SHOWN] + "…"
        return f"{self.message} (at {self.offset} in {shown!r})" if shown else self.message


class ParseError(XPathError):
    """The text is no expression."""


class EvalError(XPathError):
    """The expression has no value here. A function raises it by `failed`; the engine adds expression and offset."""


class OutOfSteps(EvalError):
    """The budget of the evaluation is used up: too many nodes, or a text or pattern that takes too long."""


def failed(message: str) -> EvalError:
    """An EvalError that does not know its place yet."""
    return EvalError("", 0, message)

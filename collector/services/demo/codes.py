"""Room of the codes that the training forms give to people and cards, with the sign that tells whether they were read
right. It must not know the forms' other answers nor draw numbers: the plots do, and check what phones make of them.
Source: forms/inscripcion_taller.xlsx, inscripcion_funcionario.xlsx and evaluacion_taller.xlsx.
"""

SIGNS = "0123456789X"


def coded(letters: str, number: int, digits: int = 7) -> str:
    """The code: letters, that many digits, hyphen, sign. P: a badge, F: an official, EV (four digits): a card."""
    text = f"{number:0{digits}}"
    total = sum(weight * int(digit) for weight, digit in enumerate(text, 2))
    return f"{letters}{text}-{SIGNS[total % len(SIGNS)]}"

"""Where our engine answers otherwise than JavaRosa on purpose: id of the case -> reason."""

DATE_LINE = ("Kiribati moved to the other side of the date line in 1995; JavaRosa counts days from the midnight of 1970 "
             "by elapsed time, so since then it is one day behind the calendar there. We count calendar days.")

KNOWN = {
    "au-11e8471fae": DATE_LINE,
    "au-387dafdaef": DATE_LINE,
}

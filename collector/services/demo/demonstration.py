"""stub for now"""
def is_needed(unit): return False
def begin(units): return None

"""What players otherwise keep a spreadsheet for: symbols, liberation, meso income and drop luck.

Pure functions of frozen inputs; the first day counted is an argument. InvalidInput names the field at fault.
"""

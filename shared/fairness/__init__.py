"""Contest draws that anybody can verify: the protocol maplehub-draw/v1 and its proofs.

Everything here is pure and needs neither server nor desktop: whoever distrusts both can check a proof with it.
"""

"""Compiled inverses of small matrices, by elimination with partial pivoting."""

from negotiation.base.numeric import FloatArray
from negotiation.game_theory.compiling import njit


@njit(cache=True, nogil=True)
def invert(matrix: FloatArray, inverse: FloatArray, n: int, least: float) -> bool:
    """Write the inverse of the leading n x n block of a matrix, which is lost; return whether it is regular.

    Regular is a matrix whose pivots are all at least `least`.
    """
    for k in range(n):
        for j in range(n):
            inverse[k, j] = 1.0 if j == k else 0.0
    # Gauss and Jordan: after column k the first k + 1 columns of `matrix` are those of the identity.
    for k in range(n):
        pivot = k
        for j in range(k + 1, n):
            if abs(matrix[j, k]) > abs(matrix[pivot, k]):
                pivot = j
        if abs(matrix[pivot, k]) < least:
            return False
        if pivot != k:
            for j in range(n):
                matrix[k, j], matrix[pivot, j] = matrix[pivot, j], matrix[k, j]
                inverse[k, j], inverse[pivot, j] = inverse[pivot, j], inverse[k, j]
        scale = 1.0 / matrix[k, k]
        for j in range(n):
            matrix[k, j] *= scale
            inverse[k, j] *= scale
        for i in range(n):
            part = matrix[i, k]
            if i != k and part != 0.0:
                for j in range(n):
                    matrix[i, j] -= part * matrix[k, j]
                    inverse[i, j] -= part * inverse[k, j]
    return True

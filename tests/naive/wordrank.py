"""WordRank, written down slowly from its definition: Ji et al. 2016, with the program's sum and shift."""

import math

import numpy as np

from wordneg.compiled.rng import below, new_state, seed_stream


def surrogate(loss, lead, tau):
    """Return ℓ and −ℓ' of a lead s_c − s_j."""
    if loss == "hinge":
        return max(0.0, tau - lead), float(lead < tau)
    return math.log2(1 + 2**-lead), 1 / (1 + 2**lead)


def rho(transform, y, t):
    """Return the transform of y = (R + β) / α − 1."""
    return {
        "rho0": lambda: y,
        "rho1": lambda: math.log2(1 + y),
        "rho2": lambda: 1 - 1 / math.log2(2 + y),
        "rho3": lambda: ((1 + y) ** (1 - t) - 1) / (1 - t),
    }[transform]()


def rho_slope(transform, y, t, step=1e-6):
    """Return dρ/dy by finite differences."""
    return (rho(transform, y + step, t) - rho(transform, y - step, t)) / (2 * step)


def weight(count, settings):
    return min(1.0, (count / settings.xmax) ** settings.epsilon)


def pairs(counts):
    """Yield word, context and count of what co-occurs, row by row."""
    for word, context in zip(*np.nonzero(counts), strict=True):
        yield int(word), int(context), float(counts[word, context])


def bounds(words, contexts, counts, settings):
    """Return R of each pair, as a dict."""
    scores = words @ contexts.T
    return {
        (w, c): sum(surrogate(settings.loss, scores[w, c] - scores[w, j], settings.tau)[0] for j in range(len(scores)))
        for w, c, _ in pairs(counts)
    }


def penalty(words, contexts, counts, settings):
    """Return λ/2 · (Σ r_w ‖u_w‖² + Σ r_c ‖v_c‖²), written pair by pair."""
    total = sum(weight(x, settings) * (words[w] @ words[w] + contexts[c] @ contexts[c]) for w, c, x in pairs(counts))
    return settings.reg / 2 * total


def objective(words, contexts, counts, settings):
    """Return J."""
    found = bounds(words, contexts, counts, settings)
    ranks = sum(
        weight(x, settings) * rho(settings.transform, (found[w, c] + settings.beta) / settings.alpha - 1, settings.t)
        for w, c, x in pairs(counts)
    )
    return ranks + penalty(words, contexts, counts, settings)


def linearized(words, contexts, counts, settings, xi):
    """Return the bound of J whose points of contact are ξ, a dict."""
    found = bounds(words, contexts, counts, settings)
    total = 0.0
    for w, c, x in pairs(counts):
        contact = 1 / xi[w, c] - 1
        y = (found[w, c] + settings.beta) / settings.alpha - 1
        tangent = rho(settings.transform, contact, settings.t)
        tangent += rho_slope(settings.transform, contact, settings.t) * (y - contact)
        total += weight(x, settings) * tangent
    return total + penalty(words, contexts, counts, settings)


def train_block(cells, block, weights, squares, settings, rate, together):
    """Train a block in float64, with the draws of the compiled one; returns words, contexts and both squares."""
    words, contexts = (matrix.astype(np.float64) for matrix in weights)
    word_squares, context_squares = (values.astype(np.float64) for values in squares)
    rng = new_state()
    seed_stream(rng, block.seed, block.epoch, block.number)
    others, columns = len(words) - 1, len(block.columns)
    scale = others / (columns - 1) * columns / settings.negative
    for w in block.rows:
        row = [
            cell
            for cell in range(cells.offsets[w], cells.offsets[w + 1])
            if cells.starts[w, block.part] <= cell - cells.offsets[w] < cells.starts[w, block.part + 1]
        ]
        for first in range(0, len(row), together):
            step = row[first : first + together]
            drawn = [int(block.columns[below(rng, len(block.columns))]) for _ in range(settings.negative)]
            u, v = words[w].copy(), contexts.copy()
            moves = []
            slopes = np.zeros(len(drawn))
            for cell in step:
                c = cells.columns[cell]
                pull = cells.pulls[cell] * scale
                each = [pull * surrogate(settings.loss, u @ v[c] - u @ v[j], settings.tau)[1] for j in drawn]
                slopes -= each
                moves.append((c, sum(each), cells.weights[cell]))
            moves = [(j, slope, 0.0) for j, slope in zip(drawn, slopes, strict=True)] + moves
            weight_sum = sum(cells.weights[cell] for cell in step)
            if settings.reg == 0 and not any(slope for _, slope, _ in moves):
                continue
            gradient = np.zeros_like(u)
            for c, slope, r in moves:
                gradient += slope * contexts[c]  # of a context that was drawn, too: from where it is by now
                context_rate, whole = rate, slope * u - settings.reg * r * contexts[c]
                if settings.optimizer == "adagrad":
                    context_squares[c] += whole @ whole
                    context_rate /= math.sqrt(context_squares[c])
                contexts[c] = contexts[c] / (1 + context_rate * settings.reg * r) + context_rate * slope * u
            word_rate, whole = rate, gradient - settings.reg * weight_sum * u
            if settings.optimizer == "adagrad":
                word_squares[w] += whole @ whole
                word_rate /= math.sqrt(word_squares[w])
            words[w] = u / (1 + word_rate * settings.reg * weight_sum) + word_rate * gradient
    return words, contexts, word_squares, context_squares

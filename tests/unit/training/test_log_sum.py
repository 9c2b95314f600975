"""The loss over the vocabulary has the gradient that torch's own logsumexp has, in either precision."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")


@pytest.mark.parametrize(("precision", "off"), [("float32", 1e-6), ("bfloat16", 2e-2)])
def test_the_gradient_is_that_of_logsumexp(precision: str, off: float) -> None:
    from training.encoder.train import LogSum

    torch.manual_seed(1)
    exact = torch.randn(6, 13, dtype=torch.float64)
    ours = exact.to(getattr(torch, precision)).requires_grad_()
    theirs = exact.clone().requires_grad_()
    right = torch.arange(6)[:, None]
    (ours.gather(1, right)[:, 0].float() - LogSum.apply(ours)).sum().backward()
    (theirs.gather(1, right)[:, 0] - theirs.logsumexp(1)).sum().backward()
    assert (ours.grad.double() - theirs.grad).abs().max() < off

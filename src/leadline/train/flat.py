"""All weights of a model in one buffer, and AdamW over it.

Float32 master weights hold the truth. The model computes with a working copy: the same buffer in
float32, or its bf16 image, refreshed after each step. Parameters and their gradients are views, so
clipping is one norm and the optimiser one pass, whatever the number of tensors.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

from leadline.train.kernels import load_kernels

BETAS, EPSILON = (0.9, 0.999), 1e-8  # transformers' and TRL's defaults
LANES = 16  # of the kernels' vectors
CHUNK = 2**26  # numbers updated at once: bounds the float32 copy of the gradients


@dataclass
class Flat:
    """Weights, gradients and moments of one model; N numbers each."""

    master: Tensor  # (N,) float32
    work: Tensor  # (N,) what the model computes with; `master` itself in float32
    grad: Tensor  # (N,) like `work`
    first: Tensor  # (N,) float32, Adam's moments
    second: Tensor  # (N,) float32
    n_steps: Tensor = field(default_factory=lambda: torch.tensor(0.0))

    @classmethod
    def adopt(cls, module: nn.Module, *, dtype: torch.dtype) -> "Flat":
        """Move the module's parameters into flat buffers; they and their .grad become views."""
        parameters = list(module.parameters())  # a tied parameter comes once
        n = sum(p.numel() for p in parameters)
        device = parameters[0].device
        work = torch.empty(n, dtype=dtype, device=device)
        master = work if dtype == torch.float32 else torch.empty(n, device=device)
        grad = torch.zeros(n, dtype=dtype, device=device)
        start = 0
        for p in parameters:
            end = start + p.numel()
            master[start:end] = p.data.reshape(-1)
            if work is not master:
                work[start:end] = master[start:end]
            p.data = work[start:end].view(p.shape)
            p.grad = grad[start:end].view(p.shape)
            start = end
        first, second = (torch.zeros(n, device=device) for _ in range(2))
        return cls(master, work, grad, first, second)

    def step(self, *, learning_rate: float, max_grad_norm: float) -> float:
        """Clip, update, refresh the working copy. Returns the gradient's norm before clipping."""
        if kernels := self._kernels():
            return self._step_by_kernels(kernels, learning_rate, max_grad_norm)
        norm = float(torch.linalg.vector_norm(self.grad, dtype=torch.float32))
        scale = clipping(norm, max_grad_norm)
        self.n_steps += 1
        for start in range(0, len(self.master), CHUNK):
            part = slice(start, start + CHUNK)
            update_adamw(
                self.master[part],
                self.grad[part].float() * scale,
                self.first[part],
                self.second[part],
                n_steps=self.n_steps - 1,
                learning_rate=learning_rate,
            )
        if self.work is not self.master:
            self.work.copy_(self.master)
        return norm

    def _kernels(self) -> Any | None:
        fits = self.work.device.type == "cpu" and len(self.work) % LANES == 0
        return load_kernels(self.work.dtype) if fits else None

    def _step_by_kernels(self, c: Any, learning_rate: float, max_grad_norm: float) -> float:
        """The same in two passes over memory."""
        n, t = len(self.master), int(self.n_steps) + 1
        norm = math.sqrt(c.sum_of_squares(self.grad.data_ptr(), n))
        bias1, bias2 = 1.0 - BETAS[0] ** t, 1.0 - BETAS[1] ** t
        buffers = (self.master, self.grad, self.first, self.second, self.work)
        c.adamw(
            *(buffer.data_ptr() for buffer in buffers),
            n,
            clipping(norm, max_grad_norm),
            learning_rate / bias1,
            math.sqrt(bias2),
            *BETAS,
            EPSILON,
        )
        self.n_steps += 1
        return norm

    def tensors(self) -> dict[str, Tensor]:
        """What must be stored to go on exactly here."""
        return {"master": self.master, "first": self.first, "second": self.second}

    def restore(self, tensors: dict[str, Tensor], *, n_steps: int) -> None:
        for name, own in self.tensors().items():
            own.copy_(tensors[name])
        self.work.copy_(self.master)
        self.n_steps.fill_(n_steps)


def clipping(norm: float, max_grad_norm: float) -> float:
    """What the gradient is multiplied by, as in torch's clip_grad_norm_."""
    return min(1.0, max_grad_norm / (norm + 1e-6))


def update_adamw(
    weights: Tensor,
    grad: Tensor,
    first: Tensor,
    second: Tensor,
    *,
    n_steps: Tensor,
    learning_rate: float,
) -> None:
    """torch's own fused AdamW on plain tensors, in place; `n_steps` counts the steps before."""
    adamw(
        [weights],
        [grad],
        [first],
        [second],
        [],
        [n_steps.to(weights.device, copy=True)],
        fused=True,
        amsgrad=False,
        beta1=BETAS[0],
        beta2=BETAS[1],
        lr=learning_rate,
        weight_decay=0.0,
        eps=EPSILON,
        maximize=False,
    )

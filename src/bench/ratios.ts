import type { RatioWanted } from './judge.ts';

/** The ratios of one run that this project is measured by: how many times as long a peer takes for a step. */
export const wantedRatios: readonly RatioWanted[] = [
  { label: 'fused against plain C', ours: 'fused', theirs: 'c', atLeast: 2, aimFor: 4 },
  { label: 'fused against JAX, jit of lax.scan', ours: 'fused', theirs: 'jax-scan', atLeast: 8, aimFor: 15 },
  {
    label: 'fused against PyTorch, backward by hand',
    ours: 'fused',
    theirs: 'pytorch-by-hand',
    atLeast: 250,
    aimFor: 700,
  },
  {
    label: 'fused against PyTorch, by hand on patches',
    ours: 'fused',
    theirs: 'pytorch-patches',
    atLeast: null,
    aimFor: null,
  },
  {
    label: 'fused against the notebook in NumPy',
    ours: 'fused',
    theirs: 'numpy',
    atLeast: 2000,
    aimFor: 4000,
  },
  {
    label: 'manual on wasm against PyTorch, backward by hand',
    ours: 'manual-wasm',
    theirs: 'pytorch-by-hand',
    atLeast: 1.8,
    aimFor: 2.5,
  },
  {
    label: 'autodiff on wasm against PyTorch, autograd and SGD',
    ours: 'autodiff-wasm',
    theirs: 'pytorch-autograd',
    atLeast: 1.5,
    aimFor: 3,
  },
  {
    label: 'sweep of 256 seeds against JAX, vmap over lax.scan',
    ours: 'sweep',
    theirs: 'jax-sweep',
    atLeast: 2,
    aimFor: 4,
  },
  {
    label: 'sweep of 256 seeds against JAX, batched by hand',
    ours: 'sweep',
    theirs: 'jax-batched',
    atLeast: null,
    aimFor: null,
  },
  {
    label: 'fused against manual on wasm',
    ours: 'fused',
    theirs: 'manual-wasm',
    atLeast: null,
    aimFor: null,
  },
  {
    label: 'skipping against dense, both fused',
    ours: 'fused',
    theirs: 'fused-dense',
    atLeast: null,
    aimFor: null,
  },
];

/** Milliseconds of the fused engine's first call in a fresh process. */
export const firstCallTarget = { atMost: 30, aimFor: 15 };

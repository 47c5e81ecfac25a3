import type {
  KernelBackend,
  KernelConfig,
  KernelFunc,
  NamedAttrMap,
  NamedTensorInfoMap,
  TensorInfo,
} from '@tensorflow/tfjs';
import type { TF } from '../../types.ts';
import { binaryRules } from './binary.ts';
import { fusedRules } from './fused.ts';
import { poolingRules } from './pooling.ts';
import type { Call, Held, NumberArray, Rule } from './rule.ts';
import { selectionRules } from './selection.ts';
import { unaryRules } from './unary.ts';

/** Every kernel that is only piecewise smooth, and how to observe and hold its pieces. */
const RULES: Readonly<Record<string, Rule>> = {
  ...unaryRules,
  ...binaryRules,
  ...selectionRules,
  ...poolingRules,
  ...fusedRules,
};

/** The branches of one run, by kernel call, in the order of the calls. */
export interface BranchTape {
  readonly calls: readonly (Held & { readonly kernel: string })[];
  /** The number of elements exactly where pieces meet. */
  readonly ties: number;
}

/** How a run's branches compare with those on a tape. */
export interface Flips {
  readonly total: number;
  readonly kernels: Readonly<Record<string, number>>;
  /** Positions on the tape (call, element) that flipped, at most 64 of them. */
  readonly places: readonly string[];
  /** Whether other kernels ran than those on the tape, or on other shapes, because the code itself branches. */
  readonly diverged: boolean;
}

const MAX_PLACES = 64;

/** NaN stays NaN, and -0 is 0. */
export const isSameBranch = (one: number, other: number): boolean =>
  one === other || (Number.isNaN(one) && Number.isNaN(other));

/** Computes the outputs of a call of a piecewise kernel. */
type See = (kernel: string, rule: Rule, call: Call) => TensorInfo[];

/**
 * Observes every call of a piecewise kernel by replacing the kernels while a function runs; between runs the original
 * kernels are in place.
 */
export class BranchObserver {
  readonly #tf: TF;
  /** Each kernel with its replacement, made once because a check runs its function hundreds of times. */
  readonly #kernels: {
    readonly config: KernelConfig;
    readonly original: KernelFunc;
    readonly seen: KernelFunc;
  }[];
  #see: See | null = null;

  constructor(tf: TF) {
    this.#tf = tf;
    this.#kernels = Object.entries(RULES).flatMap(([name, rule]) => {
      const config = tf.getKernel(name, tf.getBackend());
      if (config == null) return [];
      const original = config.kernelFunc;
      return [{ config, original, seen: this.#seen(name, rule, original) }];
    });
  }

  /** Runs f and records the branches that its kernels take; with `onePiece`, ties between several pieces are broken. */
  record<Result>(f: () => Result, { onePiece = false } = {}): { result: Result; tape: BranchTape } {
    const calls: (Held & { kernel: string })[] = [];
    let ties = 0;
    const result = this.#observe(f, (kernel, rule, call) => {
      const taken = rule.branches(call);
      const outputs = call.run();
      if (taken === null) return outputs;
      ties += rule.ties?.(call, taken) ?? 0;
      const branches = (onePiece ? rule.onePiece?.(call, taken) : null) ?? taken;
      const output = rule.needsOutput ? (call.backend.readSync(outputs[0]!.dataId) as NumberArray) : null;
      calls.push({ kernel, branches, output });
      return outputs;
    });
    return { result, tape: { calls, ties } };
  }

  /** Runs f, with the branches of the tape held if `hold`, and compares the branches it would take. */
  replay<Result>(tape: BranchTape, hold: boolean, f: () => Result): { result: Result; flips: Flips } {
    const kernels: Record<string, number> = {};
    const places: string[] = [];
    let cursor = 0;
    let total = 0;
    let diverged = false;
    const result = this.#observe(f, (kernel, rule, call) => {
      const branches = rule.branches(call);
      if (branches === null) return call.run();
      const position = cursor++;
      const held = tape.calls[position];
      if (held?.kernel !== kernel || held.branches.length !== branches.length) {
        diverged = true;
        return call.run();
      }
      let flips = 0;
      for (let i = 0; i < branches.length; i++) {
        if (isSameBranch(branches[i]!, held.branches[i]!)) continue;
        flips++;
        if (places.length < MAX_PLACES) places.push(`${position}:${i}`);
      }
      if (flips > 0) {
        total += flips;
        kernels[kernel] = (kernels[kernel] ?? 0) + flips;
      }
      return hold ? rule.hold(call, held) : call.run();
    });
    return { result, flips: { total, kernels, places, diverged: diverged || cursor !== tape.calls.length } };
  }

  #observe<Result>(f: () => Result, see: See): Result {
    this.#see = see;
    for (const { config, seen } of this.#kernels) config.kernelFunc = seen;
    try {
      return f();
    } finally {
      for (const { config, original } of this.#kernels) config.kernelFunc = original;
      this.#see = null;
    }
  }

  #seen(name: string, rule: Rule, original: KernelFunc): KernelFunc {
    return ({ inputs, attrs = {}, backend: anyBackend }) => {
      const backend = anyBackend as KernelBackend;
      const made = new Set<TensorInfo>();
      let own: TensorInfo[] | null = null;
      let isList = false;
      const run = (runInputs: NamedTensorInfoMap, runAttrs: NamedAttrMap): TensorInfo[] => {
        const returned = original({ inputs: runInputs, attrs: runAttrs, backend });
        isList ||= Array.isArray(returned);
        const infos = Array.isArray(returned) ? returned : [returned];
        for (const info of infos) made.add(info);
        return infos;
      };
      const outputs = this.#see!(name, rule, {
        tf: this.#tf,
        inputs,
        attrs,
        backend,
        run(other) {
          if (other !== undefined) return run(other.inputs, other.attrs);
          own ??= run(inputs, attrs);
          return own;
        },
      });
      // The engine frees the tensors that the kernel returns; nothing else would free the others.
      for (const info of made) if (!outputs.includes(info)) backend.disposeData(info.dataId);
      return isList || outputs.length > 1 ? outputs : outputs[0]!;
    };
  }
}

import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** A variable of a model: a trained weight, or a statistic that is pooled instead of trained. */
export interface VariableSpec {
  /** Slash-separated, unique: `block1/conv/kernel`. Also its name in weight files. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: 'weight' | 'statistic';
  /** Whether weight decay, coupled or not, touches it (kernels yes; biases, normalisation scales no). */
  readonly decays: boolean;
  /** Initial values, row-major, `product(shape)` floats; a pure function of the job's seed. */
  readonly initial: Float32Array;
}

export interface GraphInput {
  readonly name: string;
  readonly dtype: 'float32' | 'int32';
  readonly shape: readonly number[];
}

/**
 * A pure function over tfjs tensors that the engine traces into one graph. It is called at least twice with unlike
 * inputs; whatever would freeze into the graph as a different constant is refused (`engine_untraceable`, naming the op).
 */
export interface GraphSource {
  /** Unique in the program: `lane/16`, `evaluate/64`. */
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  /** Returns one flat float32 vector. Tensors by name; variables are read-only. */
  readonly build: (inputs: Readonly<Record<string, Tensor>>, variables: Readonly<Record<string, Tensor>>) => Tensor1D;
}

/** Where one weight's gradient sum lies in the flat vector. */
export interface GradientSegment {
  readonly variable: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Where one normalisation layer's pooled moments lie in the flat vector: `count` (1 float, values per channel),
 * `sum` = Σ(x−m) and `sumOfSquares` = Σ(x−m)² around the running mean m (`channels` floats each).
 */
export interface MomentsSegment {
  readonly mean: string;
  readonly variance: string;
  readonly countOffset: number;
  readonly sumOffset: number;
  readonly sumOfSquaresOffset: number;
  readonly channels: number;
  /** Share of the old statistic that is kept: moving = momentum·moving + (1−momentum)·pooled. */
  readonly momentum: number;
}

/** What the flat vector holds; the sample count, at `countOffset`, is the one divisor of all gradient sums. */
export interface UpdateLayout {
  /** Floats in the whole vector. */
  readonly length: number;
  readonly countOffset: number;
  readonly gradients: readonly GradientSegment[];
  readonly moments: readonly MomentsSegment[];
}

export type OptimizerSpec =
  | { readonly name: 'sgd'; readonly momentum: number; readonly nesterov: boolean; readonly weightDecay: number }
  | {
      readonly name: 'adam' | 'adamw';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      /** `adam`: L2 added to the gradient; `adamw`: decoupled. */
      readonly weightDecay: number;
    };

export interface ProgramSource {
  readonly variables: readonly VariableSpec[];
  readonly graphs: readonly GraphSource[];
  /** Absent for programs that only evaluate. */
  readonly update?: {
    readonly layout: UpdateLayout;
    readonly optimizer: OptimizerSpec;
    /** Global-norm clipping of the mean gradient. */
    readonly clipNorm?: number;
  };
}

export interface ApplyScalars {
  readonly learningRate: number;
  /** One-based count of updates, for Adam's bias correction: this is the how-manieth update. */
  readonly update: number;
}

export interface ApplyReport {
  /** Norm of the mean gradient before clipping. */
  readonly gradientNorm: number;
}

/**
 * A compiled program: variables and optimizer slots live inside the engine. `run` may be called several times at once
 * (each run computes on exactly one thread); `apply`, `read` and `write` only while no run is in flight.
 */
export interface Program {
  readonly graphs: readonly string[];
  /** Names of the optimizer's slots, `<slot>/<variable>`, in a fixed order: readable and writable like variables. */
  readonly slots: readonly string[];
  /**
   * Runs one graph off the event loop. Inputs are read without a copy and must stay untouched until the promise settles;
   * the flat result is written straight into `out` (which may lie in shared memory).
   */
  run(graph: string, inputs: Readonly<Record<string, Float32Array | Int32Array>>, out: Float32Array): Promise<void>;
  /**
   * Divides the sums by the count, clips, decays, updates weights, slots and statistics (`docs/adr/0003-compiled-step.md`
   * has the formulas). Throws `non_finite`, having changed nothing, where the gradient's norm is not finite. Any other
   * failure leaves the program unusable.
   */
  apply(reduced: Float32Array, scalars: ApplyScalars): Promise<ApplyReport>;
  /** Copies of the named variables or slots. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  write(values: ReadonlyMap<string, Float32Array>): Promise<void>;
  /** Output length, in floats, of a graph. */
  outputLength(graph: string): number;
  close(): Promise<void>;
}

/** What decides the bits apart from the machine; part of the run record. */
export interface EngineBuild {
  readonly tensorflow: string;
  readonly binding: string;
  readonly wheel: string;
  readonly wheelSha256: string;
  readonly runnerSha256: string;
}

export interface DeviceInfo {
  readonly kind: 'cpu' | 'gpu';
  /** Processor or graphics card, as the system names it. */
  readonly name: string;
}

export interface Engine {
  readonly build: EngineBuild;
  readonly device: DeviceInfo;
  /**
   * Traces every graph and builds the session. Throws `engine_untraceable`, `engine_failed`, and `bug` for a program that
   * contradicts itself.
   */
  compile(source: ProgramSource): Promise<Program>;
  /** Live tensors and bytes on the tracing side, for leak checks. */
  memory(): { readonly tensors: number; readonly bytes: number };
}

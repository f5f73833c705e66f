import type { VariableSpec } from '@collimator/engine';
import type { Seed } from '@collimator/random';
import { type Rank, type Tensor, type Tensor1D, dispose, tidy, zeros } from '@tensorflow/tfjs-core';
import { initialValues } from './initializer.ts';
import type { Forward, MomentSums, MovingStatistics, Scope, VariableDeclaration } from './scope.ts';

/** A variable with its full name, before its initial values are drawn. */
export interface DeclaredVariable extends VariableDeclaration {
  readonly name: string;
}

/** What a model consists of. */
export interface ModelDeclaration {
  /** In the order of the model's code. */
  readonly variables: readonly DeclaredVariable[];
  readonly statistics: readonly MovingStatistics[];
  readonly dropoutOperations: number;
  /** Shape of one sample's output. */
  readonly outputShape: readonly number[];
}

/** Runs the model once on one sample of zeros, to learn its variables and shapes. Needs a tfjs backend. */
export function declareModel(forward: Forward, sampleShape: readonly number[]): ModelDeclaration {
  const record: DeclarationRecord = { variables: new Map(), statistics: [], dropoutOperations: 0 };
  const outputShape = tidy(() =>
    forward(
      new DeclaringScope(record, ''),
      zeros<Rank.R4>([1, ...sampleShape] as [number, number, number, number]),
    ).shape.slice(1),
  );
  return { ...record, variables: [...record.variables.values()], outputShape };
}

/** The engine's variables: declarations with initial values, each a pure function of the seed and its name. */
export function variableSpecs(declaration: ModelDeclaration, weightsSeed: Seed): VariableSpec[] {
  return declaration.variables.map(({ name, shape, role, decays, initializer }) => ({
    name,
    shape,
    role,
    decays,
    initial: initialValues(initializer, shape, weightsSeed, name),
  }));
}

/** Number of trained values: kernels, biases, scales, offsets. */
export function parameterCount(declaration: ModelDeclaration): number {
  const weights = declaration.variables.filter((variable) => variable.role === 'weight');
  return weights.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

interface DeclarationRecord {
  readonly variables: Map<string, DeclaredVariable>;
  readonly statistics: MovingStatistics[];
  dropoutOperations: number;
}

class DeclaringScope implements Scope {
  readonly training = true;
  readonly #record: DeclarationRecord;
  readonly #prefix: string;

  constructor(record: DeclarationRecord, prefix: string) {
    this.#record = record;
    this.#prefix = prefix;
  }

  within(name: string): Scope {
    return new DeclaringScope(this.#record, `${this.nameOf(name)}/`);
  }

  nameOf(name: string): string {
    return `${this.#prefix}${name}`;
  }

  variable(name: string, declaration: VariableDeclaration): Tensor {
    const fullName = this.nameOf(name);
    if (this.#record.variables.has(fullName)) {
      throw new TypeError(`variable "${fullName}" is declared twice; give each layer of a model a scope of its own`);
    }
    this.#record.variables.set(fullName, { ...declaration, name: fullName });
    return zeros([...declaration.shape]);
  }

  dropoutKey(): Tensor1D {
    this.#record.dropoutOperations += 1;
    return zeros([2], 'int32');
  }

  pool(statistics: MovingStatistics, sums: MomentSums): void {
    this.#record.statistics.push(statistics);
    dispose([sums.count, sums.sum_C, sums.sumOfSquares_C]);
  }
}

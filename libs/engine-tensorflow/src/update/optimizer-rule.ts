import type { ApplyScalars, OptimizerSpec } from '@collimator/engine';
import { bool, floats } from '../graph/attributes.ts';
import { afterNode, type GraphBuilder, type NodeOutput } from '../graph/graph-builder.ts';

/** A weight, and what one update of it reads. */
interface WeightUpdate {
  /** Prefix of the names of new nodes. */
  readonly prefix: string;
  readonly variable: NodeOutput;
  /** In the order of the rule's `slots`. */
  readonly slots: readonly NodeOutput[];
  /** Mean gradient, clipped, in the weight's shape. */
  readonly gradient: NodeOutput;
  readonly decays: boolean;
  /** The node of one of the rule's scalars. */
  readonly scalar: (name: string) => NodeOutput;
}

/** How one optimizer changes one weight, and what it keeps for it. */
export interface OptimizerRule {
  /** Slots of each weight, zero at the start. */
  readonly slots: readonly string[];
  /** What `scalar` gives the nodes of: the values of one update, by name. */
  readonly scalars: (step: ApplyScalars) => Readonly<Record<string, number>>;
  /** Adds the update; the returned node has run when the weight is new. */
  readonly emit: (builder: GraphBuilder, update: WeightUpdate) => NodeOutput;
}

/** The rule of an optimizer, each as PyTorch defines it. */
export function optimizerRule(spec: OptimizerSpec): OptimizerRule {
  return spec.name === 'sgd' ? sgdRule(spec) : adamRule(spec);
}

type SgdSpec = Extract<OptimizerSpec, { name: 'sgd' }>;
type AdamSpec = Extract<OptimizerSpec, { name: 'adam' | 'adamw' }>;

/** velocity ← momentum·velocity + g; w ← w − lr·velocity, or − lr·(g + momentum·velocity) by Nesterov (`torch.optim.SGD`). */
function sgdRule(spec: SgdSpec): OptimizerRule {
  const hasMomentum = spec.momentum !== 0;
  return {
    slots: hasMomentum ? ['velocity'] : [],
    scalars: ({ learningRate }) => ({ learningRate }),
    emit: (builder, update) => {
      const gradient = withL2(builder, update, spec.weightDecay);
      const { prefix, variable, slots } = update;
      const learningRate = update.scalar('learningRate');
      const name = `${prefix}/apply`;
      if (!hasMomentum) {
        return builder.float(name, 'ResourceApplyGradientDescent', [variable, learningRate, gradient]);
      }
      return builder.add({
        name,
        operation: 'ResourceApplyMomentum',
        inputs: [variable, ...slots, learningRate, gradient, builder.scalar(spec.momentum)],
        attributes: { ...floats, use_nesterov: bool(spec.nesterov) },
      });
    },
  };
}

/**
 * Adam (Kingma & Ba, 2015, algorithm 1). TensorFlow adds epsilon before the second moment's bias is corrected, the paper
 * after it; feeding it epsilon·√(1−β₂ᵗ) gives the paper's formula, which is PyTorch's. `adamw` decays the weight by
 * lr·decay·w before the update (Loshchilov & Hutter, 2019); `adam` adds decay·w to the gradient.
 */
function adamRule(spec: AdamSpec): OptimizerRule {
  const { beta1, beta2, epsilon, weightDecay } = spec;
  return {
    slots: ['firstMoment', 'secondMoment'],
    scalars: ({ learningRate, update }) => {
      const beta2Power = beta2 ** update;
      const correctedEpsilon = epsilon * Math.sqrt(1 - beta2Power);
      return { learningRate, beta1Power: beta1 ** update, beta2Power, correctedEpsilon };
    },
    emit: (builder, update) => {
      const { prefix, variable, slots, scalar } = update;
      const decoupled = spec.name === 'adamw' && weightDecay !== 0 && update.decays;
      const gradient = spec.name === 'adam' ? withL2(builder, update, weightDecay) : update.gradient;
      const before = decoupled ? [afterNode(decayedWeight(builder, update, weightDecay))] : [];
      const powers = [scalar('beta1Power'), scalar('beta2Power')];
      const rates = [scalar('learningRate'), builder.scalar(beta1), builder.scalar(beta2), scalar('correctedEpsilon')];
      const inputs = [variable, ...slots, ...powers, ...rates, gradient, ...before];
      return builder.float(`${prefix}/apply`, 'ResourceApplyAdam', inputs);
    },
  };
}

/** The gradient with decay·w added, where the weight decays. */
function withL2(
  builder: GraphBuilder,
  { prefix, variable, gradient, decays }: WeightUpdate,
  decay: number,
): NodeOutput {
  if (!decays || decay === 0) return gradient;
  const weight = builder.readVariable(`${prefix}/weight`, variable);
  const term = builder.float(`${prefix}/decay`, 'Mul', [builder.scalar(decay), weight]);
  return builder.float(`${prefix}/decayed`, 'AddV2', [gradient, term]);
}

function decayedWeight(builder: GraphBuilder, { prefix, variable, scalar }: WeightUpdate, decay: number): NodeOutput {
  const rate = builder.float(`${prefix}/decayRate`, 'Mul', [scalar('learningRate'), builder.scalar(decay)]);
  const weight = builder.readVariable(`${prefix}/weight`, variable);
  const term = builder.float(`${prefix}/decay`, 'Mul', [rate, weight]);
  return builder.onVariable(`${prefix}/decayed`, 'AssignSubVariableOp', [variable, term]);
}

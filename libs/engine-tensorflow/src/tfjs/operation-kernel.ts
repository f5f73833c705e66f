import { registerKernel, type KernelConfig, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import { operationKernel, type OperationAttribute, type OperationCall } from '@collimator/engine';
import { attributeTypes, dataTypes, type BindingAttribute } from './binding.ts';

/** The part of tfjs's TensorFlow backend that runs any operation eagerly. */
interface ExecutingBackend {
  executeMultipleOutputs(
    name: string,
    attributes: readonly BindingAttribute[],
    inputs: readonly TensorInfo[],
    outputCount: number,
  ): Tensor[];
}

/** Name under which the backend is registered with tfjs. */
export const backendName = 'tensorflow';

function bindingAttribute(name: string, attribute: OperationAttribute): BindingAttribute {
  switch (attribute.kind) {
    case 'ints':
      return { name, type: attributeTypes.int, value: [...attribute.value] };
    case 'type':
      return { name, type: attributeTypes.type, value: dataTypes[attribute.value] };
    default:
      return { name, type: attributeTypes[attribute.kind], value: attribute.value };
  }
}

function runOnBackend(
  call: OperationCall,
  inputs: Readonly<Record<string, TensorInfo>>,
  backend: ExecutingBackend,
): Tensor[] {
  const attributes = Object.entries(call.attributes).map(([name, attribute]) => bindingAttribute(name, attribute));
  const ordered = Object.keys(inputs)
    .map((_, index) => inputs[String(index)])
    .filter((input) => input !== undefined);
  return backend.executeMultipleOutputs(call.operation, attributes, ordered, call.outputs);
}

/** Lets `runOperation` of the engine port run on tfjs's TensorFlow backend. */
export function registerOperationKernel(): void {
  const kernel: KernelConfig = {
    kernelName: operationKernel,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) =>
      runOnBackend(
        (attrs as unknown as { call: OperationCall }).call,
        inputs as Readonly<Record<string, TensorInfo>>,
        backend as ExecutingBackend,
      ),
  };
  registerKernel(kernel);
}

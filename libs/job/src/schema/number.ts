import * as z from 'zod';

export const positiveInteger = z.int().min(1);
export const countFromZero = z.int().min(0);
export const positiveNumber = z.number().gt(0);
export const numberFromZero = z.number().min(0);
/** A share in [0, 1). */
export const fraction = z.number().min(0).lt(1);

/**
 * The version of everything that processes of one run say to each other: services, messages, tensor frames. A process
 * that speaks another one is refused with both named.
 */
export const protocolVersion = 1;

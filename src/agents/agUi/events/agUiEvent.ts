import type { AGUIEvent } from '@ag-ui/client';

/** An event with its type as the plain string that it is: the client's enum would have to be imported at run time. */
type Written<E> = E extends { readonly type: infer T extends string } ? Omit<E, 'type'> & { readonly type: `${T}` } : never;

/** Makes an AG-UI event. */
export const agUiEvent = (event: Written<AGUIEvent>): AGUIEvent => event as unknown as AGUIEvent;

/** Said in place of a result that holds itself, or cannot even be read. */
export const NOT_JSON = 'The result cannot be shown as JSON.';

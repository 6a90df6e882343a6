/** A command that notes that it has begun, and runs until it is ended; some agents refuse a bare `sleep`. */
export const longCommand = (begun: string): string => `touch ${begun}; while true; do sleep 1; done`;

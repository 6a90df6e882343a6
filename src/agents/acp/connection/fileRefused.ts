/** A file request of an agent that is refused, with a sentence for the agent. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

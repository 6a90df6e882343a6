/**
 * What an agent or a host does wrong by itself, as its traffic shows: such a cell is a ✗ in the table with this sentence, and does not turn
 * the run red. One that no longer fails does, so that the list stays true.
 */
export const OWN_FAULTS: Readonly<Record<string, string>> = {
  'gemini follow-up-cancelled': 'It stores nothing of a conversation whose only turn was cancelled, and cannot load it again.',
  'codex outside-read': 'Codex\'s own sandbox lets every command read the whole disk, and asks for none that only reads.',
  'codexByZed outside-read': 'Codex\'s own sandbox lets every command read the whole disk, and asks for none that only reads.',
  'gemini kill-launcher': 'It is two processes, and the host itself does not notice that its launcher is gone.',
  'qwen kill-launcher': 'It is two processes, and the host itself does not notice that its launcher is gone.',
  'codex-cli kill-launcher': 'It is two processes, and the host itself does not notice that its launcher is gone.',
};

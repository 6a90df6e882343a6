/** Thrown by a cell that has nothing to look at: it becomes a – with this reason. */
export class DoesNotApply extends Error {
  override readonly name = 'DoesNotApply';
}

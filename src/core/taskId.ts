/** A task's id: its agent's name and a short suffix without look-alikes, as in `researcher-7kq2wd`. */
export type TaskId = string;

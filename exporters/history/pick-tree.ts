/** Which values of an object are wanted, as a tree of member names. */
export interface PickNode {
  readonly children: ReadonlyMap<string, PickNode>;
  /** Set where the value itself is wanted. */
  readonly path?: string;
}

interface Growing {
  readonly children: Map<string, Growing>;
  path?: string;
}

/** @param paths such as `session.user`: names joined by dots; a wanted value has no wanted parts */
export const pickTree = (paths: readonly string[]): PickNode => {
  const root: Growing = { children: new Map() };
  for (const path of paths) {
    let node = root;
    for (const name of path.split('.')) {
      const child = node.children.get(name) ?? { children: new Map() };
      node.children.set(name, child);
      node = child;
    }
    node.path = path;
  }
  return root;
};

/** Which values of an object are wanted, as a tree of member names. One without branches is wanted itself. */
export interface PickNode {
  readonly children: ReadonlyMap<string, PickNode>;
  /** What is wanted of members of any other name. */
  readonly any?: PickNode;
}

interface Growing {
  readonly children: Map<string, Growing>;
  any?: Growing;
}

const ANY = '*';

const branchOf = (node: Growing, name: string): Growing => {
  const known = name === ANY ? node.any : node.children.get(name);
  if (known !== undefined) return known;
  const branch: Growing = { children: new Map() };
  if (name === ANY) node.any = branch;
  else node.children.set(name, branch);
  return branch;
};

/** @param paths such as `session.user` or `pools.*.maxBytes`: names joined by dots, `*` for any other name */
export const pickTree = (paths: readonly string[]): PickNode => {
  const root: Growing = { children: new Map() };
  for (const path of paths) path.split('.').reduce(branchOf, root);
  return root;
};

export const isWhole = ({ children, any }: PickNode): boolean => children.size === 0 && any === undefined;

// The tools of the shed. A tool is lent as a whole; what belongs to it (bits, blades) goes along.

export type Condition = 'good' | 'worn' | 'broken';

export interface Tool {
  id: string;
  name: string;
  condition: Condition;
  /** In cents, what a member pays when the tool is lost. */
  value: number;
}

export class Inventory {
  readonly #tools = new Map<string, Tool>();

  add(tool: Tool): void {
    if (this.#tools.has(tool.id)) throw new Error(`There is already a tool with the id ${tool.id}`);
    this.#tools.set(tool.id, tool);
  }

  get(id: string): Tool {
    const tool = this.#tools.get(id);
    if (tool === undefined) throw new Error(`There is no tool with the id ${id}`);
    return tool;
  }

  /** Tools that may be lent, by name. */
  usable(): Tool[] {
    return [...this.#tools.values()]
      .filter((tool) => tool.condition !== 'broken')
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** What all tools are worth together, in cents. */
  totalValue(): number {
    let total = 0;
    for (const tool of this.#tools.values()) total += tool.value;
    return total;
  }
}

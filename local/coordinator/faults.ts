/** Ways in which an answer can be wrong, for tests of those who read it. */

export type AnswerFault =
  /** The answer comes, and late. */
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** A page of some proxy, with status 200. */
  | { readonly kind: 'html' }
  /** JSON that ends in the middle. */
  | { readonly kind: 'truncated' }
  /** Well-formed, and every number impossible. */
  | { readonly kind: 'nonsense'; readonly value: 'negative' | 'NaN' | 'null' | 'text' }
  | { readonly kind: 'status'; readonly status: number };

const HTML = '<html>\n<head><title>502 Bad Gateway</title></head>\n<body><h1>502 Bad Gateway</h1></body>\n</html>\n';

const impossible = (number: number, value: 'negative' | 'NaN' | 'null' | 'text'): unknown => {
  switch (value) {
    case 'negative':
      return -1 - number;
    case 'NaN':
      return 'NaN';
    case 'null':
      return null;
    case 'text':
      return `${number} queries`;
  }
};

/** The body that is sent instead; the reader is the one to notice. */
export const faultyBody = (body: unknown, fault: AnswerFault | undefined): string => {
  if (fault?.kind === 'html') return HTML;
  if (fault?.kind === 'nonsense') {
    return JSON.stringify(body, (_, value) => (typeof value === 'number' ? impossible(value, fault.value) : value));
  }
  const text = JSON.stringify(body);
  return fault?.kind === 'truncated' ? text.slice(0, Math.floor(text.length / 2)) : text;
};

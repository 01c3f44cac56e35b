/** Requests without an SDK: what is on the wire, and nothing else. */

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
  /** The body as JSON; undefined for an empty one. */
  readonly body: unknown;
}

/** Sends a body as it is: text unchanged, anything else as JSON. */
export const post = async (url: string, target: string | undefined, body: unknown): Promise<WireAnswer> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const contentType = response.headers.get('content-type');
  const isJson = contentType === 'application/x-amz-json-1.1' && text !== '';
  return { status: response.status, contentType, text, body: isJson ? JSON.parse(text) : undefined };
};

/** One operation of EMR. */
export const emr = (url: string, operation: string, body: unknown): Promise<WireAnswer> =>
  post(url, `ElasticMapReduce.${operation}`, body);

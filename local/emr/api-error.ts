/**
 * Errors as EMR sends them, with its texts. Texts are from code that was tested against AWS (Yelp/mrjob, go-to-k/cdkd,
 * terraform-provider-aws, steampipe); where none is known the text is ours and says so in a comment.
 */

/** An answer that is an error. */
export class EmrApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly errorCode: string | undefined;

  constructor(status: number, type: string, message: string, errorCode?: string) {
    super(message);
    this.name = 'EmrApiError';
    this.status = status;
    this.type = type;
    this.errorCode = errorCode;
  }
}

/** The body of an error in AWS JSON 1.1. Modelled errors spell `Message`, those of the framework `message`. */
export const errorBody = ({ type, message, errorCode }: EmrApiError): Readonly<Record<string, string>> =>
  type === 'InvalidRequestException'
    ? { __type: type, ...(errorCode === undefined ? {} : { ErrorCode: errorCode }), Message: message }
    : { __type: type, message };

const invalid = (message: string, errorCode?: string): EmrApiError =>
  new EmrApiError(400, 'InvalidRequestException', message, errorCode);

/** `path` in the framework's spelling, as `instanceFleet.instanceFleetId`. */
const constraint = (given: string, path: string, expected: string): EmrApiError => {
  const text = `1 validation error detected: Value ${given} at '${path}' failed to satisfy constraint: ${expected}`;
  return new EmrApiError(400, 'ValidationException', text);
};

export const API_ERRORS = {
  throttled: () => new EmrApiError(400, 'ThrottlingException', 'Rate exceeded'),
  internal: () => new EmrApiError(500, 'InternalServerException', 'Internal error'),
  denied: (operation: string, clusterId: string | undefined) =>
    new EmrApiError(
      400,
      'AccessDeniedException',
      `User: arn:aws:sts::123456789012:assumed-role/local/local is not authorized to perform: elasticmapreduce:${operation} on resource: ${clusterId === undefined ? '*' : `arn:aws:elasticmapreduce:local:123456789012:cluster/${clusterId}`}`,
    ),
  /** What a judge said. */
  refused: (why: string) => new EmrApiError(400, 'AccessDeniedException', why),
  unsigned: () => new EmrApiError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token'),
  unknownOperation: (target: string, known: readonly string[]) =>
    new EmrApiError(400, 'UnknownOperationException', `${target} is not served here; served are ${known.join(', ')}`),
  malformed: (message: string) => new EmrApiError(400, 'SerializationException', message),
  missing: (path: string) => constraint('null', path, 'Member must not be null'),
  tooSmall: (value: number, path: string, least: number) =>
    constraint(`'${value}'`, path, `Member must have value greater than or equal to ${least}`),
  tooLarge: (value: number, path: string, most: number) =>
    constraint(`'${value}'`, path, `Member must have value less than or equal to ${most}`),
  unknownCluster: (clusterId: string) => invalid(`Cluster id '${clusterId}' is not valid.`),
  /** Text not known from AWS. */
  unknownFleet: (fleetId: string) => invalid(`Instance fleet id '${fleetId}' is not valid.`),
  /** Text not known from AWS. */
  unknownMarker: (marker: string) => invalid(`Marker '${marker}' is not valid.`),
  notModifiable: () => invalid('An instance fleet may only be modified when the cluster is running or waiting.'),
  clusterEnded: () => invalid('A job flow that is shutting down, terminated, or finished may not be modified.'),
  bothTargets: (fleetId: string) =>
    invalid(
      `The instance fleet (${fleetId}) should have both targetOnDemandCapacity and targetSpotCapacity specified.`,
    ),
  /** The mirrored text is known; this code is presumed. */
  instanceGroups: (operation: string) =>
    invalid(
      `Instance fleets and instance groups are mutually exclusive. The EMR cluster specified in the request uses instance groups. The ${operation} operation does not support clusters that use instance groups. Use the ListInstanceGroups operation instead.`,
      'API_DOES_NOT_SUPPORT_INSTANCE_GROUP_CLUSTERS',
    ),
  /** Ours: EMR can do what the simulated cluster cannot. */
  notSimulated: (what: string) => invalid(`The local cluster does not simulate this: ${what}.`),
} as const;

"""Events from the bus to functions."""
import json

from gaps import replace, require
from ministack.services import eventbridge, lambda_svc


def _any_source(put_events):
    """PutEvents refuses `aws.*`, as AWS does; a test has no other way to say what EC2 and EMR would say."""
    return lambda data, allow_aws_source=False: put_events(data, allow_aws_source=True)


def _asynchronous(_to_lambda):
    """AWS invokes a rule's function asynchronously: with its retries and, after them, its dead-letter queue."""
    invoke = require(lambda_svc, "invoke_async_with_retry")
    find = require(lambda_svc, "_get_func_record_for_ref")
    record = require(lambda_svc, "_execution_record_for_config")

    def to_lambda(arn, payload):
        function, configuration, name = find(arn)
        if function is None or configuration is None:
            print(f"EventBridge: there is no function {name}", flush=True)
            return
        invoke(record(function, configuration), json.loads(payload))

    return to_lambda


def install():
    replace(eventbridge, "_put_events", _any_source)
    replace(eventbridge, "_dispatch_to_lambda", _asynchronous)

"""IAM as AWS judges it, for MiniStack's own services and for an endpoint beside it."""
import contextvars
import json

from gaps import replace
from ministack import app
from ministack.core import iam_actions, iam_evaluator, responses

JUDGE = "/_local-aws/judge"


def _as_over_tls(resolve):
    """Everything here is plain HTTP on 127.0.0.1; without this, `aws:SecureTransport` denies every queue and the assets."""
    return lambda key, context: "true" if key.lower() == "aws:securetransport" else resolve(key, context)


def _single_action(extract):
    """AWS has no sqs:SendMessageBatch: the batch forms are allowed by the single ones."""

    def extracted(*args, **kwargs):
        action = extract(*args, **kwargs)
        is_batch = action is not None and action.startswith("sqs:") and action.endswith("Batch")
        return action.removesuffix("Batch") if is_batch else action

    return extracted


def _verdict(question):
    """What the evaluator says: nothing when it allows, an error or a denial otherwise."""
    responses.set_request_account_id(question["account"])
    responses.set_request_region(question["region"])
    denied = iam_evaluator.enforce(
        question["accessKeyId"],
        question["action"],
        question["action"].split(":")[0],
        question["region"],
        resource_arn=question["resource"],
        service_context=question["context"],
    )
    if denied is None:
        return {"allowed": True}
    principal = getattr(denied, "principal_arn", None)
    return {"allowed": False, "principal": principal, "code": getattr(denied, "code", "AccessDeniedException")}


def _with_judge(shortcuts):
    """Our EMR and EC2 endpoints ask here what the caller of a request may do: there is one evaluator, and it is not ours."""

    async def answered(method, path, headers, body, query_params, request_id):
        if (method, path) != ("POST", JUDGE):
            return await shortcuts(method, path, headers, body, query_params, request_id)
        # A context of its own: what is pinned in this one is the question's request, which nobody signed.
        verdict = contextvars.Context().run(_verdict, json.loads(body))
        return 200, {"content-type": "application/json"}, json.dumps(verdict).encode()

    return answered


def install():
    replace(iam_evaluator, "_resolve_condition_key", _as_over_tls)
    replace(iam_actions, "extract_iam_action", _single_action)
    replace(app, "_handle_post_body_shortcuts", _with_judge)

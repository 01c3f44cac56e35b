"""What DynamoDB tells IAM of a request: its partition keys, the attributes it writes, and what it wants back."""
import json
import re

from gaps import replace, require
from ministack.core import iam_actions
from ministack.services import dynamodb

EQUALS = re.compile(r"(#?\w+)\s*=\s*(:\w+)")


def _hash_key(table):
    schema = dynamodb._tables[table.split("table/")[-1]]["KeySchema"]
    return next(entry["AttributeName"] for entry in schema if entry["KeyType"] == "HASH")


def _queried(request, key):
    """Of a Query, which names its partition in an expression."""
    names, values = request.get("ExpressionAttributeNames") or {}, request.get("ExpressionAttributeValues") or {}
    pairs = EQUALS.findall(request.get("KeyConditionExpression") or "")
    return [values[value] for name, value in pairs if names.get(name, name) == key and value in values]


def _parts(request):
    """Table and item (or its key) of everything that a request touches."""
    single = [(request["TableName"], request.get("Key") or request.get("Item"))] if "TableName" in request else []
    for table, asked in (request.get("RequestItems") or {}).items():
        if isinstance(asked, dict):
            single += [(table, key) for key in asked.get("Keys") or []]
            continue
        for one in asked:
            [content] = one.values()
            single.append((table, content.get("Key") or content.get("Item")))
    for one in request.get("TransactItems") or []:
        [content] = one.values()
        single.append((content["TableName"], content.get("Key") or content.get("Item")))
    return [(table, item) for table, item in single if item]


def _leading_keys(request):
    if "KeyConditionExpression" in request:
        found = _queried(request, _hash_key(request["TableName"]))
    else:
        found = [item[_hash_key(table)] for table, item in _parts(request)]
    return [value for key in found for value in key.values()]


def _written(request):
    """Every name of an expression counts, also one inside a document: that is stricter than AWS, never looser."""
    items = {name for _, item in _parts(request) for name in item}
    return sorted(items | set((request.get("ExpressionAttributeNames") or {}).values()))


def _with_keys(context):
    def told(body):
        known = context(body)
        try:
            request = json.loads(body or b"{}")
            keys = _leading_keys(request)
        except (ValueError, KeyError):
            return known
        more = {"dynamodb:LeadingKeys": keys} if keys else {}
        if "UpdateExpression" in request or "Item" in request:
            more["dynamodb:Attributes"] = _written(request)
        if "ReturnValues" in request:
            more["dynamodb:ReturnValues"] = request["ReturnValues"]
        return {**known, **more}

    return told


def install():
    """Without them `ForAllValues` on partition keys holds for whatever is asked, and `Null` on them for nothing."""
    require(dynamodb, "_tables")
    replace(iam_actions, "dynamodb_service_context", _with_keys)

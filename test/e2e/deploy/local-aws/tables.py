"""DynamoDB tables with everything that a stack says of them."""
from gaps import require
from ministack.core.responses import get_region
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners


def _is_true(value):
    return str(value).lower() == "true"


def _replica(props):
    """A TableV2 says per region what an older table says of itself."""
    return next((one for one in props.get("Replicas") or [] if one.get("Region") == get_region()), props)


def _with_settings(provision):
    """CloudFormation's tables come without expiry, point-in-time recovery and deletion protection."""

    def provisioned(*args):
        result = provision(*args)
        props, name = next(one for one in reversed(args) if isinstance(one, dict)), result[0]
        expiry = props.get("TimeToLiveSpecification") or {}
        if _is_true(expiry.get("Enabled", bool(expiry))):
            dynamodb._ttl_settings[name] = {"TimeToLiveStatus": "ENABLED", "AttributeName": expiry["AttributeName"]}
        replica = _replica(props)
        recovery = replica.get("PointInTimeRecoverySpecification") or {}
        dynamodb._pitr_settings[name] = _is_true(recovery.get("PointInTimeRecoveryEnabled"))
        dynamodb._tables[name]["DeletionProtectionEnabled"] = _is_true(replica.get("DeletionProtectionEnabled"))
        return result

    return provisioned


def install():
    for name in ("_ttl_settings", "_pitr_settings", "_tables"):
        require(dynamodb, name)
    handlers = require(provisioners, "_RESOURCE_HANDLERS")
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        own = handlers[kind]
        handlers[kind] = {**own, **{step: _with_settings(own[step]) for step in ("create", "update")}}

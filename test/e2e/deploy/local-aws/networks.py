"""Rules of security groups."""
from gaps import require
from ministack.services.cloudformation import provisioners


def _create(logical_id, props, stack_name):
    return f"sgr-{logical_id}", {"Id": f"sgr-{logical_id}"}


def _delete(physical_id, props):
    """Nothing was made."""


def install():
    """CloudFormation's kinds of single rules are unknown here. They are taken and forgotten: there is no network to guard."""
    handlers = require(provisioners, "_RESOURCE_HANDLERS")
    for kind in ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
        handlers.setdefault(kind, {"create": _create, "delete": _delete})

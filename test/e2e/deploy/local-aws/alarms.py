"""CloudWatch alarms as they reach EventBridge."""
import json
from datetime import datetime, timezone

from gaps import replace
from ministack.services import cloudwatch, eventbridge
from ministack.services.cloudformation import provisioners


def _now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def _metrics(alarm):
    if alarm.get("Metrics"):
        return alarm["Metrics"]
    metric = {
        "namespace": alarm.get("Namespace"),
        "name": alarm.get("MetricName"),
        "dimensions": {entry["Name"]: entry["Value"] for entry in alarm.get("Dimensions") or []},
    }
    stat = {"metric": metric, "period": alarm.get("Period"), "stat": alarm.get("Statistic")}
    return [{"id": "m1", "returnData": True, "metricStat": stat}]


def _event(alarm, before, after, reason):
    detail = {
        "alarmName": alarm["AlarmName"],
        "configuration": {"description": alarm.get("AlarmDescription", ""), "metrics": _metrics(alarm)},
        "state": {"value": after, "reason": reason, "timestamp": _now()},
        "previousState": {"value": before, "timestamp": _now()},
    }
    return {
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Resources": [alarm["AlarmArn"]],
        "Detail": json.dumps(detail),
    }


def _with_event(dispatch):
    """MiniStack tells SNS of a state change, AWS tells EventBridge as well; our rules listen there."""

    def told(alarm, before, after, reason):
        dispatch(alarm, before, after, reason)
        eventbridge._put_events({"Entries": [_event(alarm, before, after, reason)]}, allow_aws_source=True)

    return told


def _not_evaluated(_evaluate):
    """Its evaluation mixes all dimensions of a metric and never goes back to OK by itself: tests set states instead."""
    return lambda alarm: None


def _with_math(record):
    """An alarm on a metric-math expression is refused by the stack; it is kept as it is, and its state is set by tests."""

    def kept(name, props):
        if not props.get("Metrics"):
            return record(name, props)
        plain = record(name, {**props, "Metrics": None, "MetricName": "-", "Namespace": "-"})
        return {**plain, "MetricName": None, "Namespace": None, "Metrics": props["Metrics"]}

    return kept


def install():
    replace(cloudwatch, "_dispatch_alarm_actions", _with_event)
    replace(cloudwatch, "_evaluate_alarm", _not_evaluated)
    replace(provisioners, "_cw_metric_alarm_record", _with_math)

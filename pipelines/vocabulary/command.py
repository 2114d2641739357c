"""The words of the command center: its users, their acts, alerts and advice."""

from enum import StrEnum


class UserRole(StrEnum):
    """What a user of the command center is there for; each role has one kind of scope."""

    COMMANDER = "commander"
    DATA_OFFICER = "data_officer"
    TOWN_COORDINATOR = "town_coordinator"
    SITE_OFFICER = "site_officer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"


class ActKind(StrEnum):
    """What a person did, as the act ledger keeps it (Q82-Q88, Q94, Q95)."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    USER_CHANGED = "user_changed"
    ORDERED = "ordered"
    ORDER_DELIVERED = "order_delivered"
    ORDER_FAILED = "order_failed"
    RECOMMENDATION_ACCEPTED = "recommendation_accepted"
    RECOMMENDATION_REJECTED = "recommendation_rejected"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    ALERT_SILENCED = "alert_silenced"
    SILENCE_LIFTED = "silence_lifted"
    NOTED = "noted"
    EXPORTED = "exported"
    INPUT_ENTERED = "input_entered"
    INPUT_CONFIRMED = "input_confirmed"
    INPUT_CORRECTED = "input_corrected"
    THIRD_COPIES_READ = "third_copies_read"
    REPORT_SIGNED = "report_signed"
    REPORT_ADVICE_NOTED = "report_advice_noted"
    TUBE_FOUND = "tube_found"
    TUBE_EXPLAINED = "tube_explained"
    TICKET_OPENED = "ticket_opened"
    TICKET_TAKEN = "ticket_taken"
    TICKET_NOTED = "ticket_noted"
    TICKET_ESCALATED = "ticket_escalated"
    TICKET_HANDED = "ticket_handed"
    TICKET_SOLVED = "ticket_solved"
    TICKET_REOPENED = "ticket_reopened"
    GATE_OVERRIDDEN = "gate_overridden"
    GATE_RESTORED = "gate_restored"
    SHEETS_ISSUED = "sheets_issued"
    SHEETS_RETURNED = "sheets_returned"
    SHEETS_DESTROYED = "sheets_destroyed"
    ACCOUNT_ROTATED = "account_rotated"
    EXCEPTION_SIGNED = "exception_signed"
    EXCEPTION_WITHDRAWN = "exception_withdrawn"
    DAY_CLOSED = "day_closed"
    DAY_REOPENED = "day_reopened"
    SCENARIO_SAVED = "scenario_saved"


class AlertState(StrEnum):
    """Where an alert stands."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERING = "recovering"
    NO_DATA = "no_data"
    ERROR = "error"


class Severity(StrEnum):
    """How much an alert matters: CRITICAL asks for an act now."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AdviceKind(StrEnum):
    """What a recommendation asks for (Q73, Q87, Q91, Q94, Q95)."""

    SWITCH_SERVERS = "switch_servers"
    GO_OFFLINE = "go_offline"
    GO_CITY = "go_city"
    RETURN_ONLINE = "return_online"
    SEND_VEHICLE = "send_vehicle"
    LEND_STAFF = "lend_staff"
    HOLD_CROWD = "hold_crowd"


class LentRole(StrEnum):
    """Whom one site can lend another: those without whom a lane stands still."""

    REGISTRAR = "registrar"
    MEDIC = "medic"


class ExportForm(StrEnum):
    """A file's form, which is also the end of its name."""

    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"


class ReportForm(StrEnum):
    """A report's form as a file, which is also the end of its name."""

    PDF = "pdf"
    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


class Audience(StrEnum):
    """Who is meant to read an export: for CITY and PUBLIC, small counts of persons are left out."""

    INTERNAL = "internal"
    CITY = "city"
    PUBLIC = "public"

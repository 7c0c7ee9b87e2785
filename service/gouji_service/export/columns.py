"""The columns of an export, by key and by Chinese label: the one place that names them. Imports no database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export. kind: text, integer, number, boolean."""

    key: str
    label: str
    kind: str = "text"


REPORT_COLUMNS = (
    Column("id", "编号"),
    Column("agency", "行政机关"),
    Column("year", "年度", "integer"),
    Column("title", "标题"),
    Column("name", "文件名"),
    Column("confidence", "置信度", "number"),
    Column("needs_review", "需复核", "boolean"),
    Column("failed_checks", "勾稽不符", "integer"),
    Column("corrections", "更正数", "integer"),
    Column("created_at", "入库时间"),
    Column("part", "篇次", "integer"),
    Column("parts", "篇数", "integer"),
    Column("path", "路径"),
)
TABLE_COLUMNS = (
    Column("state", "有无"),
    Column("form", "表式"),
    Column("confidence", "置信度", "number"),
)
LONG_COLUMNS = (
    Column("report_id", "编号"),
    Column("agency", "行政机关"),
    Column("year", "年度", "integer"),
    Column("table", "表"),
    Column("form", "表式"),
    Column("cell", "格"),
    Column("label", "名称"),
    Column("value", "数值", "number"),
    Column("text", "原文"),
    Column("state", "状态"),
    Column("confidence", "置信度", "number"),
    Column("page", "页", "integer"),
    Column("unit", "单位"),
    Column("corrected", "已更正", "boolean"),
    Column("part", "篇次", "integer"),
    Column("path", "路径"),
)
UNPRINTED = Column("unprinted", "未印数字的格")  # of a wide table: `blank: CELL CELL; absent: CELL; unread: CELL`
STATE = Column("state", "状态")  # of a wide cell
STATES = ("tables", "cells")  # where a wide row keeps the states: one column a table, or one beside each cell

"""What a person reads on the command line and in problems, in English and in Chinese: every sentence in one place.

Codes and keys are stable; the sentences may change. Warnings of results have their own table, `gouji.notices`.
"""

import sys
from typing import Self


class Said(str):
    """An English sentence that carries the Chinese one."""

    zh: str

    def __new__(cls, en: str, zh: str) -> Self:
        said = super().__new__(cls, en)
        said.zh = zh
        return said

    @property
    def both(self) -> str:
        """The two beside each other."""
        return f"{self} / {self.zh}"


# What each code of a problem means, where nothing more is known.
CODES: dict[str, tuple[str, str]] = {
    "bad_request": (
        "The request itself is wrong: a parameter, broken JSON, no file",
        "请求有误:参数、JSON 或文件不可用",
    ),
    "foreign": (
        "A page of another site, or another name of this server, asks",
        "请求来自其他网站,或使用了未知的主机名",
    ),
    "unauthorized": ("A key is needed, or it is not known", "需要密钥,或密钥不对"),
    "forbidden": ("A session needs its token beside its cookie", "会话除 Cookie 外还需其令牌"),
    "not_found": ("There is nothing under this path", "此处没有内容"),
    "method_not_allowed": ("The path does not take this method", "此路径不接受这种请求方法"),
    "too_large": ("The source is over the size limit", "来源超过大小上限"),
    "unsupported_media": ("A type that no reader takes", "不支持的文件类型"),
    "unreadable": ("Encrypted, corrupt, or without any text", "来源无法读取:已加密、已损坏或没有文字"),
    "internal": ("The service failed; its log says why", "服务内部出错,原因见日志"),
    "busy": ("All parsers are at work: come again after Retry-After seconds", "正忙,请按 Retry-After 的秒数稍后再试"),
    "not_ready": ("The parsers are starting, or cannot start", "解析进程正在启动,或无法启动"),
    "too_slow": ("Reading did not end in its time", "读取超时"),
    "conflict": ("Somebody else changed it since it was read", "读取之后已被他人修改"),
    "storage_full": ("No room left for the store; nothing was kept", "存储空间已满,未保存任何内容"),
    "storage_read_only": ("The store cannot be written; nothing was kept", "库不可写,未保存任何内容"),
    "storage_unavailable": ("The store cannot be reached; nothing was kept", "无法连接库,未保存任何内容"),
    "not_installed": ("It needs an extra of the package that is not installed here", "需要此处未安装的附加组件"),
}

_SENTENCES: dict[str, tuple[str, str]] = {
    # problems
    "source_too_large": ("The source is larger than {limit} bytes.", "来源超过 {limit} 字节。"),
    "body_too_large": ("The body is larger than {limit} bytes.", "请求体超过 {limit} 字节。"),
    "foreign_host": (
        "This server does not answer to the name {host}; GOUJI_HOSTS lists those that it answers to.",
        "本服务不使用主机名 {host};可用主机名由 GOUJI_HOSTS 设置。",
    ),
    "foreign_origin": (
        "A page of another site ({origin}) asks; GOUJI_HOSTS lists the names of this server.",
        "请求来自其他网站({origin});本服务的主机名由 GOUJI_HOSTS 设置。",
    ),
    "type_not_taken": (
        "{kind} is not a type that can be parsed: send one of {types}.",
        "{kind} 不是可解析的类型;可用类型:{types}。",
    ),
    "no_file_in_form": ("The form holds no file of that name.", "表单中没有名为 file 的文件。"),
    "multipart_broken": ("The multipart body cannot be read: {error}", "multipart 请求体无法读取:{error}"),
    "not_json": ("The body is not JSON: {error}", "请求体不是 JSON:{error}"),
    "no_text": ("Send an object with the text of the report as a string.", "请发送对象,text 为报告全文(字符串)。"),
    "name_no_string": ("The name is a string or left out.", "name 须为字符串,或省略。"),
    "half_a_character": ("The text holds half a surrogate pair.", "文本含有不完整的代理对字符。"),
    "parsers_at_work": ("All parsers are at work.", "所有解析进程都在工作。"),
    "body_late": ("The body did not arrive in time.", "请求体未在时限内到达。"),
    "parsers_starting": ("The parsers are starting.", "解析进程正在启动。"),
    "store_away": ("The store cannot be reached.", "无法连接库。"),
    "start_failed": ("A small report could not be parsed: {error}", "启动时无法解析试样:{error}"),
    "no_such": ("There is no {what}.", "不存在:{what}。"),
    "not_a_cursor": ("not a cursor", "不是有效的翻页游标"),
    "say_which": ('Say which reports; {{"all": true}} takes every one.', '请指明报告;{{"all": true}} 表示全部。'),
    "parameter_unusable": ("A parameter cannot be used.", "参数不可用。"),
    "parameter_unknown": (
        "There is no parameter {name} here; there are: {known}.",
        "此处没有参数 {name};可用参数:{known}。",
    ),
    "parameter_twice": ("The parameter {name} is given more than once.", "参数 {name} 重复出现。"),
    "parameters_refused": ("A parameter is unknown or given twice.", "有未知或重复的参数。"),
    "no_parameters": ("none", "无"),
    "batch_of_too_many": ("The batch has more than {limit} sources.", "这一批来源超过 {limit} 个。"),
    "path_leads_out": ("Its path leads out of the batch.", "其路径指向批次之外。"),
    "archive_encrypted": ("It is encrypted in its archive.", "在压缩包中已加密。"),
    "archive_broken": ("The archive cannot be read: {error}", "压缩包无法读取:{error}"),
    "no_such_cell": ("No official form has a cell {cell}.", "官方表样中没有格 {cell}。"),
    "no_such_state": ("{cell}: there is no state {state}.", "{cell}:没有状态 {state}。"),
    "value_without_state": (
        "{cell}: a value belongs to the state printed, and to no other.",
        "{cell}:数值只属于 printed(已印)状态。",
    ),
    "not_a_number": ("{cell}: the value is not a number.", "{cell}:不是有效数字。"),
    "count_with_decimals": (
        '{cell} is a count: {value} has decimals. If the source prints that, send "insist": true.',
        '{cell} 是件数,{value} 带小数;若来源确实如此,请加 "insist": true。',
    ),
    "count_negative": (
        '{cell} is never negative in the form, and {value} is. If the source prints that, send "insist": true.',
        '{cell} 在表样中不为负,而 {value} 为负;若来源确实如此,请加 "insist": true。',
    ),
    "table_without_form": (
        "Which form does {table} have? Send it with the state: {forms}.",
        "{table} 用的是哪种表样?请与 state 一并给出:{forms}。",
    ),
    "no_failing_sum": ("No sum of this report fails at {check}.", "本报告在 {check} 处没有不符的勾稽关系。"),
    "key_needed": (
        "A key is needed: Authorization: Bearer KEY, or X-API-Key: KEY.",
        "需要密钥:Authorization: Bearer 密钥,或 X-API-Key: 密钥。",
    ),
    "key_unknown": ("This key is not known.", "密钥不对。"),
    "no_csrf_token": (
        "What a session changes needs its token in X-CSRF-Token; GET /session tells it.",
        "通过会话所作的更改须在 X-CSRF-Token 中附令牌,令牌见 GET /session。",
    ),
    "public_without_key": (
        "{host} can be reached from other machines, and no key is set: set GOUJI_API_KEYS=NAME:KEY (16 letters or "
        "more), or GOUJI_USER_HEADER behind a proxy; GOUJI_OPEN=1 serves everybody",
        "{host} 可从其他机器访问,但未设密钥:请设置 GOUJI_API_KEYS=名称:密钥(至少 16 位),或在代理之后设置 "
        "GOUJI_USER_HEADER;GOUJI_OPEN=1 表示对所有人开放",
    ),
    "open_to_all": (
        "no key is set: whoever reaches {host}:{port} can read, change and delete everything",
        "未设密钥:能访问 {host}:{port} 的人都可读取、修改和删除全部内容",
    ),
    "unforeseen": ("The service failed on this input; the log says more.", "服务处理此输入时出错,详见日志。"),
    "no_regular_file": ("This is not a regular file.", "不是普通文件。"),
    "no_such_file": ("There is no such file.", "没有这个文件。"),
    "file_not_opened": ("The file cannot be opened: {error}", "文件无法打开:{error}"),
    # the command line
    "setting_unusable": ("a setting cannot be used", "设置不可用,见 gouji settings --markdown"),
    "see_help": ("see {command} --help", "用法见 {command} --help"),
    "no_input": ("there is no {path}", "没有 {path}"),
    "left_out": ("{count} left out ({reasons})", "略过 {count} 项({reasons})"),
    "interrupted": ("interrupted; go on with: {again}", "已中断;继续请运行:{again}"),
    "no_overlay": ("no overlay of {name}: {error}", "{name} 未能画出标注图:{error}"),
    "store_at": ("the store is {place}", "库在 {place}"),
    "store_made": (
        "a new store is made at {place} (elsewhere: GOUJI_DATA_DIR or GOUJI_DATABASE_URL)",
        "在 {place} 新建库(改用别处:设置 GOUJI_DATA_DIR 或 GOUJI_DATABASE_URL)",
    ),
    "store_absent": (
        "there is no store at {place}; say where it is: GOUJI_DATA_DIR=FOLDER or GOUJI_DATABASE_URL=URL",
        "{place} 没有库;请用 GOUJI_DATA_DIR=目录 或 GOUJI_DATABASE_URL=地址 指明库的位置",
    ),
    "store_empty": (
        "the store at {place} holds no report; another one: GOUJI_DATA_DIR=FOLDER or GOUJI_DATABASE_URL=URL",
        "{place} 的库中没有报告;改用别的库:GOUJI_DATA_DIR=目录 或 GOUJI_DATABASE_URL=地址",
    ),
    "which_reports": ("say which reports, or --all", "请指明哪些报告,或用 --all"),
    "needs_extra": ("{error}", "需要附加组件:{error}"),
    "no_job": ("there is no job {job}", "没有作业 {job}"),
    "no_scheduler": ("no scheduler at {place} ({error})", "{place} 没有调度器({error})"),
    "no_reports": ("no such report: {ids}; nothing was deleted", "没有报告 {ids};未删除任何内容"),
    "deleted": (
        "{reports} reports deleted, {documents} sources with them",
        "已删除 {reports} 份报告、{documents} 份原件",
    ),
    "would_delete": (
        "{reports} reports would be deleted, {documents} sources with them; nothing was changed",
        "将删除 {reports} 份报告、{documents} 份原件;目前未作改动",
    ),
    "files_failed": ("{error}", "文件读写失败:{error}"),
}

# What each command does, beside the English of its parser.
PURPOSES_ZH = {
    "parse": "从文件还原三张表,每行一份结果",
    "serve": "提供 HTTP 服务",
    "ingest": "批量解析并入库",
    "reparse": "重新解析库中的报告",
    "export": "导出为 CSV、XLSX、Parquet 或 JSON Lines",
    "delete": "删除库中的报告",
    "settings": "列出当前设置",
    "cells": "列出各格名称与官方名称",
    "worker": "只处理作业,不提供 HTTP",
}


def say(key: str, **values: object) -> Said:
    """The sentence of a key, with its values. A value that is itself Said is put in its own language."""
    en, zh = _SENTENCES[key]
    chinese = {name: value.zh if isinstance(value, Said) else value for name, value in values.items()}
    return Said(en.format(**values), zh.format(**chinese))


def say_code(code: str) -> Said:
    """What a code of a problem means."""
    return Said(*CODES[code])


def tell(command: str, key: str, **values: object) -> None:
    """A line on standard error, in both languages."""
    tell_said(command, say(key, **values))


def tell_said(command: str, said: Said) -> None:
    """A sentence on standard error, in both languages."""
    print(f"gouji {command}: {said.both}", file=sys.stderr)

"""Names of agencies and titles of reports, put together from places and offices."""

from random import Random

_PLACE_NAMES = (
    "永安市 临川区 嘉禾县 青河县 南岭区 望江县 云溪区 石泉市 凤台县 平湖市 安宁市 东丰县 清水县 白云区 江口县 长宁县 "
    "新安县 金川区 宁远县 西山区 海城市 丰泽区 合浦县 桐梓县 上林县 天台县 昌平区 武陵区 龙泉市 柳河县 温岭市 金山区 "
    "庆阳市 三门县 定南县 化州市 盐池县 巴林右旗 永康市 洪江市 大邑县 苍南县 惠安县 沛县 莒县 滑县 宁波市 柳州市 赣州市"
)
_PLACES = _PLACE_NAMES.split()
_PARENTS = ("", "", "", "", "长河市", "宁江市", "永州市", "南平市", "安阳市", "吉安市", "海州市", "广西壮族自治区")
_OFFICE_NAMES = (
    "人民政府 人民政府 人民政府办公室 人民政府办公室 发展和改革局 教育局 科学技术局 公安局 民政局 司法局 财政局 "
    "人力资源和社会保障局 自然资源局 自然资源和规划局 生态环境局 住房和城乡建设局 交通运输局 水利局 农业农村局 商务局 "
    "文化和旅游局 卫生健康局 退役军人事务局 应急管理局 审计局 市场监督管理局 统计局 医疗保障局 城市管理局 信访局 "
    "林业局 行政审批局 政务服务中心 政务服务管理办公室 大数据发展局 机关事务管理中心 气象局 税务局 "
    "供销合作社 残疾人联合会 "
    "城关镇人民政府 东湖街道办事处 红旗乡人民政府 解放路街道办事处 高新技术产业开发区管理委员会 行政服务中心管委会"
)
_OFFICES = _OFFICE_NAMES.split()
_TITLES = (
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作年度报告",
    "{agency}{year}年度政府信息公开工作报告",
    "{agency}关于{year}年度政府信息公开工作年度报告",
    "{agency}政府信息公开工作{year}年年度报告",
    "{year}年{agency}政府信息公开工作年度报告",
    "{year}年度{agency}政府信息公开年度报告",
    "{agency}{year}年政务公开工作年度报告",
)


def draw_agency(rng: Random) -> str:
    """A made-up agency: a place, maybe the place above it, and an office."""
    return rng.choice(_PARENTS) + rng.choice(_PLACES) + rng.choice(_OFFICES)


def draw_title(rng: Random, agency: str, year: int) -> str:
    """The title of the report of an agency on a year."""
    return rng.choice(_TITLES).format(agency=agency, year=year)

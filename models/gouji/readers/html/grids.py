"""The tables of an HTML page that are grids of cells, apart from those that only lay out the page."""

from dataclasses import dataclass, field

from lxml import etree


@dataclass(eq=False)
class HtmlTable:
    """A table of the page while it is looked at: its own rows of cells, and the tables inside those."""

    element: etree._Element
    rows: list[list[etree._Element]] = field(default_factory=list)
    nested: list["HtmlTable"] = field(default_factory=list)

    @property
    def cell_count(self) -> int:
        return sum(map(len, self.rows))


def find_grids(root: etree._Element) -> dict[etree._Element, HtmlTable]:
    """The tables that are grids of cells: innermost ones of two cells or more, and big ones with scraps inside."""
    grids: dict[etree._Element, HtmlTable] = {}
    open_tables: list[HtmlTable] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=("table", "tr", "td", "th")):
        if element.tag == "table" and event == "start":
            open_tables.append(HtmlTable(element))
        elif element.tag == "table":
            table = open_tables.pop()
            inner = table.nested
            if table.cell_count >= 2 and _are_scraps(inner, table):
                for scrap in inner:
                    del grids[scrap.element]
                inner = [table]
                grids[element] = table
            if open_tables:
                open_tables[-1].nested += inner
        elif event == "start" and open_tables:
            rows = open_tables[-1].rows
            if element.tag == "tr" or not rows:
                rows.append([])
            if element.tag != "tr":
                rows[-1].append(element)
    return grids


def _are_scraps(inner: list[HtmlTable], outer: HtmlTable) -> bool:
    """Whether the grids inside a table are only scraps in a few of its many cells (or there are none)."""
    if not inner:
        return True
    return outer.cell_count >= 12 and 6 * len(inner) <= outer.cell_count and all(t.cell_count <= 4 for t in inner)

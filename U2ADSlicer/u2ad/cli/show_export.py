"""Prints the pre-flight of an export, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Console
from rich.markup import escape

from u2ad.errors import in_shell
from u2ad.export.plan import Plan
from u2ad.export.product import Product
from u2ad.export.send.sent import Sent

UNITS = ("bytes", "kB", "MB", "GB")


def plan(plan: Plan, *, written: bool) -> None:
    """What is or would be written, what cannot be and why, and what should be known before.

    Args:
        plan: of the export.
        written: whether it has been written, so that impossible formats are told as left out.
    """
    console = Console(highlight=False)
    for product in plan.possible:
        _product(console, product)
    for product in plan.impossible:
        console.print(f"[yellow]not {product.format.value}[/]  {escape(_why_not(product))}", soft_wrap=True)
    for hint in plan.hints:
        told = f"{hint.fact} {in_shell(hint.remedy, hint.option)}".strip()
        console.print(f"[yellow]![/] {escape(told)}", soft_wrap=True)
    _identifying(console, plan, written)
    typer.echo(f"{'Written' if written else 'To be written'}: about {in_units(plan.size)}.")


def outcomes(sent: Sequence[Sent]) -> None:
    """What became of each object that was to be sent, a line each."""
    for one in sent:
        typer.echo(f"{one.outcome.value:<9} {one.path.name}  {one.reason}".rstrip())


def in_units(size: int) -> str:
    """A number of bytes as people say it."""
    value, place = float(size), 0
    while value >= 1000 and place < len(UNITS) - 1:
        value, place = value / 1000, place + 1
    return f"{value:.0f} {UNITS[place]}"


def _why_not(product: Product) -> str:
    error = product.obstacle
    return "" if error is None else f"{error.problem} {in_shell(error.remedy, error.option)}".strip()


def _product(console: Console, product: Product) -> None:
    console.print(f"[bold]{product.format.value}[/]  {product.format.title}, about {in_units(product.size)}")
    for part in product.parts:
        console.print(f"    {escape(part.name)}", soft_wrap=True)


def _identifying(console: Console, plan: Plan, written: bool) -> None:
    """What identifies the patient: with values where a reader only looks, by name alone where a log may be kept."""
    if not plan.identifying:
        return
    names = ", ".join(name for name, _ in plan.identifying)
    if written:
        console.print(
            f"[yellow]![/] The DICOM objects hold what identifies the patient: {escape(names)}.", soft_wrap=True
        )
        return
    console.print("[yellow]![/] The DICOM objects will hold what identifies the patient:", soft_wrap=True)
    for name, value in plan.identifying:
        console.print(f"    {escape(name)}: {escape(value)}", soft_wrap=True)
    console.print("    Leave it out with --de-identify.")

"""Why an entry was refused, in words, and what to do next."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.records.program import EntryRefused, programs

_SENTENCES = {
    "unknown_kind": gettext_lazy("没有“%(kind)s”这种登记。"),
    "other_subject": gettext_lazy("“%(kind)s”不是登记给这种对象的。"),
    "in_future": gettext_lazy("时间还没有到，请改成已经发生的时间。"),
    "too_early": gettext_lazy("时间太早，请核对年份（不早于%(day)s）。"),
    "id_taken": gettext_lazy("这个编号已经用在另一条登记上，请重新填写。"),
    "reason_missing": gettext_lazy("请写明更正或撤回的原因。"),
    "was_withdrawn": gettext_lazy("这一条已经撤回。"),
    "was_corrected": gettext_lazy("这一条已经更正过，请更正最新的一条。"),
    "lives_nowhere": gettext_lazy("还没有登记住处，请先登记住在哪里。"),
}


def why_refused(refused: EntryRefused) -> str:
    """The sentence for a refusal, in the language of the request."""
    sentence = _SENTENCES.get(refused.code) or next(
        (program.refusals[refused.code] for program in programs() if refused.code in program.refusals), None
    )
    if sentence is None:
        return _("不能这样登记。")
    return str(sentence) % {name: str(value) for name, value in refused.data.items()}

"""Lists as people in the economies write them, all fictional, for guessing their encoding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Written:
    """How lists are written in one language.

    Attributes:
        encoding: In which systems of its economies save text.
        headings: Of a name, post, organisation, telephone and remark.
        families: Family names, or first halves of names.
        given: Given names.
        posts: What people are.
        organisations: Where they are.
        remarks: What else is said of them.
        between: What stands between the halves of a name.
    """

    encoding: str
    headings: Sequence[str]
    families: Sequence[str]
    given: Sequence[str]
    posts: Sequence[str]
    organisations: Sequence[str]
    remarks: Sequence[str]
    between: str = ""

    def rows(self) -> st.SearchStrategy[list[str]]:
        """One line of a list."""
        return st.builds(
            lambda family, given, post, organisation, number, remark: [
                f"{family}{self.between}{given}",
                post,
                organisation,
                f"+886 2 0555 0{number:03}",
                remark,
            ],
            st.sampled_from(self.families),
            st.sampled_from(self.given),
            st.sampled_from(self.posts),
            st.sampled_from(self.organisations),
            st.integers(0, 999),
            st.sampled_from(self.remarks),
        )

    def lists(self, fewest: int = 10, most: int = 12) -> st.SearchStrategy[list[list[str]]]:
        """Headings and lines below them."""
        rows = st.lists(self.rows(), min_size=fewest, max_size=most)
        return rows.map(lambda lines: [list(self.headings), *lines])


TRADITIONAL = Written(
    "cp950",
    ("中文姓名", "職稱", "服務機關", "聯絡電話", "備註"),
    ("許", "歐陽", "鄒", "龔", "溫", "駱", "魏", "簡", "鐘", "嚴", "崔", "蘇", "倪", "闕"),
    (
        "功蓋",
        "恒裏",
        "碁明",
        "雅筑",
        "柏翰",
        "宜蓁",
        "冠廷",
        "詩涵",
        "承恩",
        "育瑄",
        "鈺婷",
        "彥廷",
    ),
    ("檢察官", "偵查正", "股長", "研究員", "警務正", "技正", "隊長", "秘書"),
    (
        "虛構縣警察局科技偵查隊",
        "範例地方檢察署",
        "示範部國際事務司",
        "樣本電信警察隊",
        "假想資安應變中心",
    ),
    (
        "夜間請撥分機八一二",
        "同左",
        "待確認",
        "已調任他職，請洽接任者",
        "僅上班時間接聽",
        "遇有急件請先傳真",
    ),
)
SIMPLIFIED = Written(
    "gb18030",
    ("联系人", "职务", "工作单位", "联系电话", "备注"),
    ("欧阳", "邹", "龚", "温", "骆", "魏", "简", "钟", "严", "崔", "苏", "倪", "阙", "司徒"),
    (
        "示范",
        "样例",
        "雨桐",
        "浩然",
        "梓涵",
        "宇轩",
        "思源",
        "晓峰",
        "丽娟",
        "卫东",
        "海燕",
        "立群",
    ),
    ("处长", "调研员", "警司", "科长", "工程师", "检察官", "翻译", "秘书"),
    ("虚构市公安局网络安全保卫总队", "示例省人民检察院", "样本应急响应中心", "假想通信管理局"),
    (
        "夜间请拨值班室",
        "同上",
        "待确认",
        "已调离，请与接任者联系",
        "仅工作时间接听",
        "紧急情况先发传真",
    ),
)
JAPANESE = Written(
    "cp932",
    ("担当者", "肩書", "勤務先", "連絡先", "摘要"),
    ("例示", "架空", "雛形", "長谷川", "齋藤", "柴崎", "榊原", "鷲尾", "ミホン", "熊谷"),
    ("太郎", "花子", "翔太", "さくら", "健一", "由美子", "拓哉", "美咲", "ケン", "涼"),
    ("警視", "課長補佐", "主査", "検事", "技官", "当直責任者", "室長"),
    (
        "架空県警察本部サイバー犯罪対策課",
        "見本地方検察庁",
        "模擬情報処理推進センター",
        "例示省国際課",
    ),
    (
        "夜間は当直室へ",
        "同上",
        "未定",
        "四月に異動予定です",
        "平日のみ対応いたします",
        "至急の場合はファックスで",
    ),
    " ",
)
KOREAN = Written(
    "cp949",
    ("이름", "직급", "기관명", "연락처", "비고"),
    ("김", "남궁", "황보", "제갈", "독고", "채", "방", "천", "맹", "탁", "엄", "표"),
    (
        "예시",
        "견본",
        "서연",
        "하준",
        "지우",
        "도윤",
        "은서",
        "태형",
        "민석",
        "보람",
        "슬기",
        "현우",
    ),
    ("경감", "수사관", "검사", "사무관", "연구원", "경위", "반장"),
    ("가상지방경찰청 사이버수사과", "견본지방검찰청", "예제침해대응센터", "모의법무부 국제형사과"),
    (
        "야간에는 상황실로 연락 바랍니다",
        "상동",
        "미정",
        "전보되어 후임자에게 문의",
        "평일 근무시간만 가능",
    ),
)
SPANISH = Written(
    "cp1252",
    ("Nombre", "Cargo", "Institución", "Teléfono", "Observación"),
    ("Ejemplo", "Núñez", "Muñoz", "Peña", "Ibáñez", "Castaño", "Güell", "Yáñez"),
    ("María José", "Andrés", "Sofía", "Ramón", "Inés", "Raúl", "Begoña", "Nicolás"),
    ("Subcomisario", "Fiscal", "Jefe de sección", "Técnico", "Capitán"),
    ("Brigada ficticia del cibercrimen", "Ministerio Público de ejemplo", "Policía de muestra"),
    ("¿Sigue en el cargo?", "ídem", "Atención sólo en español", "Por confirmar", "Línea 24 h"),
    " ",
)
FRENCH = Written(
    "cp1252",
    ("Prénom et nom", "Fonction", "Organisme", "Téléphone", "Précisions"),
    ("Lefèvre", "Bélanger", "Côté", "Exemple", "Gagné", "Hébert", "Lévesque"),
    ("Éloïse", "Jean-François", "Zoé", "André", "Hélène", "Benoît", "Chloé"),
    ("Enquêteur", "Gendarme", "Procureur", "Chef d’équipe", "Délégué"),
    ("Centre fictif des opérations", "Sûreté d’exemple", "Bureau modèle de la sécurité"),
    ("à confirmer", "idem", "parti à la retraite", "de préférence en français", "été : fermé"),
    " ",
)
RUSSIAN = Written(
    "cp1251",
    ("ФИО", "Должность", "Ведомство", "Телефон", "Примечание"),
    ("Примеров", "Образцова", "Щукин", "Журавлёв", "Цветаев", "Вымышленный"),
    ("Иван", "Ольга", "Юрий", "Екатерина", "Фёдор", "Жанна"),
    ("начальник отдела", "следователь", "прокурор", "эксперт"),
    ("Вымышленное бюро специальных мероприятий", "Условная прокуратура"),
    ("доб. 12", "уточняется", "только в рабочие часы", "см. выше"),
    " ",
)
THAI = Written(
    "cp874",
    ("ชื่อ", "ตำแหน่ง", "หน่วยงาน", "โทรศัพท์", "หมายเหตุ"),
    ("สมชาย", "สมหญิง", "วิชัย", "มาลี", "ประเสริฐ"),
    ("ตัวอย่าง", "สมมุติ", "ใจดี", "รักไทย"),
    ("ผู้กำกับการ", "สารวัตร", "อัยการ", "เจ้าหน้าที่"),
    ("กองบังคับการสมมุติ", "สำนักงานตัวอย่าง"),
    ("รอการยืนยัน", "เหมือนข้างบน", "ย้ายไปแล้ว"),
    " ",
)
WRITTEN = {
    "traditional Chinese": TRADITIONAL,
    "simplified Chinese": SIMPLIFIED,
    "Japanese": JAPANESE,
    "Korean": KOREAN,
    "Spanish": SPANISH,
    "French": FRENCH,
    "Russian": RUSSIAN,
    "Thai": THAI,
}


def as_text(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    """Rows as a text file whose fields need no quotation marks."""
    return "".join(delimiter.join(row) + end for row in rows)

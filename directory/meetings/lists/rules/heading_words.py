"""Under which headings lists have which columns, in the languages of the economies.

What a newcomer would get wrong: some headings mean two things. "Title" stands over forms of address
as well as over positions, and "Office" over telephones where "Telephone" stands above it; what
stands here is what a heading means alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from directory.meetings.lists.rules.columns import Column
from directory.names import fold

_HEADINGS: dict[Column, str] = {
    Column.NUMBER: """
        no|nr|number|#|s/n|sn|ser|serial no|item|編號|编号|序號|序号|項次|番号|項番|번호|순번
        |연번|n°|nº|núm|número|numéro|№|№ п/п|п/п|номер|nomor|số|stt|số thứ tự|ลำดับ|ลำดับที่
        |ที่
        """,
    Column.ECONOMY: """
        economy|economies|member economy|apec economy|member|country|countries|country/economy
        |nation|jurisdiction|經濟體|经济体|會員體|会员体|會員|成員|國家|国家|國別|国别|国|国名
        |国・地域|國家/地區|エコノミー|エコノミー名|참가국|국가|국가명|경제체|회원국|economía
        |país|pays|économie|экономика|страна|государство|ekonomi|negara|nền kinh tế|quốc gia
        |nước|เขตเศรษฐกิจ|ประเทศ
        """,
    Column.POST: """
        point of contact (post)|contact point (post)|post|contact post|desk|duty post
        |focal point (post)|聯絡窗口|联络窗口|連絡窓口|窓口|연락창구|punto de contacto
        |point de contact|контактный пункт|đầu mối liên hệ|titik kontak
        """,
    Column.HONORIFIC: """
        honorific|salutation|form of address|prefix|mr/ms|mr/mrs/ms|ms/mr|稱謂|称谓|尊稱|敬称
        |호칭|tratamiento|civilité|обращение|sapaan|danh xưng|คำนำหน้า|คำนำหน้าชื่อ|rank/title
        |title/rank
        """,
    Column.NAME: """
        name|names|full name|name of contact|contact name|contact person|contact persons|contact
        |contacts|poc|point of contact|poc name|name of poc|focal point|officer|officer in post
        |delegate|nominee|representative|person|family name given name|姓名|名字|人員|聯絡人
        |联络人|联系人|聯絡人姓名|氏名|名前|担当者|担当者名|連絡担当者|이름|성명|성함|담당자
        |연락처 담당자|nombre|nombre y apellido|nombre completo|persona de contacto|contacto|nom
        |nom et prénom|nom complet|personne de contact|имя|фио|ф и о|контактное лицо|nama
        |nama lengkap|narahubung|họ tên|họ và tên|tên|người liên hệ|ชื่อ|ชื่อ-นามสกุล|ชื่อ-สกุล
        |ผู้ประสานงาน
        """,
    Column.FAMILY_NAME: """
        family name|family names|surname|surnames|last name|last names|姓|姓氏|성|성씨|apellido
        |apellidos|nom de famille|фамилия|nama keluarga|nama belakang|นามสกุล
        """,
    Column.GIVEN_NAME: """
        given name|given names|first name|first names|forename|forenames|名|nombres|prénom|prénoms
        |имя и отчество|имя отчество|nama depan|ชื่อตัว
        """,
    Column.OWN_SCRIPT: """
        name in own script|own script|native name|native script|name in native script|local name
        |name in native language|original script|name in original script|chinese name
        |name in chinese|中文姓名|中文名|中文名字|原文姓名|漢字|漢字氏名|漢字名|氏名（漢字）
        |한글|한글 이름|한자|имя на родном языке|tên tiếng việt|ชื่อภาษาไทย
        """,
    Column.POSITION: """
        position|title|job title|position title|designation|post title|rank|rank/position
        |function title|appointment|職稱|职称|職務|职务|職位|职位|役職|役職名|官職|職名|직위
        |직책|직급|cargo|puesto|título|poste|fonction|titre|должность|звание|jabatan|pangkat
        |chức vụ|chức danh|ตำแหน่ง
        """,
    Column.ORGANISATION: """
        organisation|organization|agency|agencies|department|ministry|unit|institution
        |affiliation|office|authority|division|company|organisation name|department/agency
        |ministry/agency|agency/unit|機關|机关|機關名稱|單位|单位|機構|机构|部門|部门|服務機關
        |所屬機關|組織|所属|所属機関|機関|機関名|部署|소속|기관|기관명|소속기관|부서
        |organización|institución|entidad|dependencia|organismo|organisme|agence|ministère
        |service|организация|ведомство|орган|учреждение|instansi|lembaga|organisasi|unit kerja
        |cơ quan|đơn vị|tổ chức|หน่วยงาน|สังกัด|องค์กร
        """,
    Column.POSITION_AND_ORGANISATION: """
        position / agency|position / organisation|position / organization|title / agency
        |post / agency|title and organisation|title & organization|position and agency|機關/職稱
        |單位/職稱|機關職稱|服務機關及職稱|單位職稱|单位及职务|所属・役職|所属／役職|소속/직위
        |소속 및 직위|cargo / institución|fonction / organisme|должность / организация
        |jabatan / instansi|chức vụ / cơ quan|ตำแหน่ง / หน่วยงาน
        """,
    Column.ROLE: """
        role in list|role|capacity|type of contact|contact type|primary/backup
        |primary / alternate|角色|身分|主/備|役割|구분|역할|rol|rôle|роль|peran|vai trò|บทบาท
        """,
    Column.TELEPHONE: """
        tel|tel no|tel nos|telephone|telephones|telephone no|telephone number|phone|phones
        |phone no|phone number|phone numbers|did|direct line|direct|direct tel|landline
        |office tel|office phone|office telephone|work phone|tel (office)|tel (o)|duty phone
        |24/7 phone|24/7 number|24h phone|hotline|電話|电话|電話號碼|电话号码|電話番号|值班電話|值班电话|当直電話|聯絡電話|联系电话
        |辦公室電話|办公电话|公務電話|代表電話|直通電話|전화|전화번호|연락처|사무실 전화
        |teléfono|teléfonos|tel fijo|téléphone|téléphones|телефон|телефоны|раб тел|telepon|telp
        |no telp|no telepon|điện thoại|số điện thoại|đt|โทร|โทรศัพท์|หมายเลขโทรศัพท์
        |เบอร์โทรศัพท์
        """,
    Column.MOBILE: """
        mobile|mobile no|mobile number|mobile phone|mob|cell|cell phone|cellphone|cellular|hp
        |hp no|h/p|handphone|hand phone|gsm|手機|手机|行動電話|手機號碼|手机号码|携帯|携帯電話
        |携帯番号|휴대폰|휴대전화|핸드폰|휴대폰 번호|휴대전화 번호|móvil|celular|teléfono móvil|portable|tél portable
        |mobile (portable)|мобильный|мобильный телефон|моб тел|ponsel|no hp|nomor hp|di động
        |điện thoại di động|มือถือ|โทรศัพท์มือถือ
        """,
    Column.FAX: """
        fax|fax no|fax number|facsimile|傳真|传真|傳真號碼|传真号码|FAX番号|ファックス番号|ファクス番号|ファックス|ファクス
        |ファクシミリ|팩스|팩스번호|télécopie|télécopieur|факс|faks|faksimili|số fax|โทรสาร
        |แฟกซ์
        """,
    Column.TELEPHONE_AND_FAX: """
        tel/fax|tel & fax|tel and fax|phone/fax|telephone/fax|telephone & fax|t/f|tel./fax no
        |電話/傳真|電話及傳真|电话/传真|電話・FAX|電話／FAX|전화/팩스|tel y fax|teléfono/fax
        |tél/fax|телефон/факс|telp/fax|điện thoại/fax|โทรศัพท์/โทรสาร
        """,
    Column.EMAIL: """
        e-mail|email|e-mails|emails|mail|e-mail address|email address|e-mail addresses|email id
        |mailbox|信箱|電子郵件|电子邮件|電子信箱|電郵|电邮|郵箱|邮箱|電子郵件信箱|メール|电子邮箱|電子郵箱|邮箱地址
        |メールアドレス|Eメール|電子メール|이메일|전자우편|이메일 주소|correo|correo electrónico
        |correo-e|courriel|adresse courriel|adresse électronique|электронная почта|эл почта
        |почта|surel|alamat email|thư điện tử|địa chỉ email|อีเมล|อีเมล์
        """,
    Column.PORTAL: """
        portal|website|web site|web|url|online form|網站|网站|網址|入口網站|ウェブサイト
        |웹사이트|sitio web|portail|site web|сайт|situs|trang web|เว็บไซต์
        """,
    Column.MESSAGING: """
        messaging|messenger|whatsapp|wa|signal|telegram|line|wechat|chat|instant messaging
        |即時通訊|通訊軟體|微信|메신저|mensajería|messagerie|мессенджер|tin nhắn
        """,
    Column.CONTACT_DETAILS: """
        contact details|contact detail|contact information|contact info|phone / fax / e-mail
        |tel / fax / e-mail|tel/email|phone/email|contact numbers|how to reach|聯絡方式|联系方式
        |聯絡資訊|連絡先|연락처 정보|연락 방법|datos de contacto|coordonnées|контакты
        |контактные данные|контактная информация|kontak|informasi kontak|thông tin liên hệ
        |ข้อมูลติดต่อ|ช่องทางติดต่อ
        """,
    Column.ROUND_THE_CLOCK: """
        24/7|24/7?|24x7|24 h|24h|24 hours|24 hrs|24hrs|24 hr|24hr|24 7 y n|24 hours?|24-hour|round the clock|24/7 available
        |available 24/7|24小時|24小时|全天候|24時間|24時間対応|24시간|24시간 대응
        |disponible 24/7|24 horas|24 heures|круглосуточно|24 jam|24 giờ|24 ชั่วโมง
        """,
    Column.LANGUAGES: """
        language|languages|lang|langs|working language|working languages|working language(s)
        |language(s)|languages spoken|spoken languages|語言|语言|工作語言|工作语言|言語|対応言語
        |使用言語|언어|사용 언어|idioma|idiomas|langue|langues|langues de travail|язык|языки
        |рабочие языки|bahasa|ngôn ngữ|ภาษา
        """,
    Column.HOURS: """
        office hours|hours|duty hours|working hours|business hours|availability|opening hours
        |hours of operation|service hours|辦公時間|办公时间|上班時間|服務時間|執勤時間|執務時間|值班時間|值班时间|服务时间|受付時間
        |対応時間|勤務時間|근무시간|업무시간|horario|horario de atención|heures
        |heures d'ouverture|horaires|часы работы|режим работы|рабочее время|jam kerja|jam kantor
        |giờ làm việc|เวลาทำการ|เวลาราชการ
        """,
    Column.ZONE: """
        zone|time zone|timezone|tz|utc|gmt|utc offset|gmt offset|時區|时区|タイムゾーン|時間帯
        |시간대|zona horaria|huso horario|fuseau horaire|часовой пояс|zona waktu|múi giờ|เขตเวลา
        """,
    Column.HOURS_AND_ZONE: """
        office hours / time zone|hours / zone|working hours (time zone)
        |office hours and time zone|辦公時間/時區|办公时间/时区|執務時間／タイムゾーン
        |근무시간/시간대|horario / zona horaria
        """,
    Column.NETWORKS: """
        network|networks|networks joined|member of|network membership|channels available
        |frameworks|網路|网络|網絡|所屬網路|合作網絡|參與網路|ネットワーク|参加ネットワーク
        |네트워크|가입 네트워크|red|redes|réseau|réseaux|сеть|сети|jaringan|mạng lưới|เครือข่าย
        """,
    Column.FUNCTIONS: """
        function|functions|what they do|competence|competences|services|職掌|業務|業務內容|功能
        |业务|担当業務|機能|업무|담당업무|기능|funciones|competencias|compétences|функции|fungsi
        |chức năng|หน้าที่
        """,
    Column.CONFIRMED: """
        confirmed|last confirmed|confirmed on|date confirmed|last verified|verified|verified on
        |last updated|updated|date updated|last checked|checked|as of|date|確認日期|确认日期
        |最後確認|更新日期|更新日|確認日|最終確認日|확인일|更新年月日|確認年月日|확인 일자|최종 확인|갱신일|confirmado
        |fecha de confirmación|última confirmación|actualizado|última actualización|fecha de actualización|fecha|última revisión|última verificación|confirmé|confirmé le
        |dernière confirmation|mis à jour|dernière mise à jour|mise à jour|date de mise à jour|подтверждено|дата подтверждения|обновлено|dikonfirmasi
        |tanggal konfirmasi|diperbarui|xác nhận|ngày xác nhận|cập nhật|ยืนยันเมื่อ|วันที่ยืนยัน
        |ปรับปรุงล่าสุด
        """,
    Column.MARKING: """
        tlp|marking|tlp marking|classification|handling|密等|標示|機密等級|TLP表示|등급
        |clasificación|classement|гриф|klasifikasi|phân loại|ระดับชั้นความลับ
        """,
    Column.REMARKS: """
        remark|remarks|note|notes|comment|comments|備註|备注|附註|說明|备考|備考|摘要|비고|메모
        |observaciones|notas|comentarios|remarques|observations|commentaires|примечание
        |примечания|keterangan|catatan|ghi chú|หมายเหตุ
        """,
    Column.RECORD: """
        record|record id|record ids|id and revision|識別碼|レコード
        """,
}

FAMILIAR: dict[str, Column] = {}
"""What a heading means, by the folded heading."""
for _column, _words in _HEADINGS.items():
    for _word in _words.split("|"):
        # The first that claims a heading has it: "contact" is a name, not a list of numbers.
        FAMILIAR.setdefault(fold(_word) or _word.strip(), _column)

TOGETHER: dict[frozenset[Column], Column] = {
    frozenset({Column.POSITION, Column.ORGANISATION}): Column.POSITION_AND_ORGANISATION,
    frozenset({Column.TELEPHONE, Column.FAX}): Column.TELEPHONE_AND_FAX,
    frozenset({Column.TELEPHONE, Column.MOBILE}): Column.TELEPHONE,
    frozenset({Column.TELEPHONE, Column.FAX, Column.EMAIL}): Column.CONTACT_DETAILS,
    frozenset({Column.TELEPHONE, Column.MOBILE, Column.EMAIL}): Column.CONTACT_DETAILS,
    frozenset({Column.TELEPHONE, Column.MOBILE, Column.FAX}): Column.TELEPHONE_AND_FAX,
    frozenset({Column.TELEPHONE, Column.EMAIL}): Column.CONTACT_DETAILS,
    frozenset({Column.HOURS, Column.ZONE}): Column.HOURS_AND_ZONE,
    frozenset({Column.HONORIFIC, Column.NAME}): Column.NAME,
    frozenset({Column.NAME, Column.POST}): Column.NAME,
    frozenset({Column.NAME, Column.FAMILY_NAME}): Column.NAME,
    frozenset({Column.NAME, Column.GIVEN_NAME}): Column.NAME,
    frozenset({Column.FAMILY_NAME, Column.GIVEN_NAME}): Column.NAME,
    frozenset({Column.NAME, Column.FAMILY_NAME, Column.GIVEN_NAME}): Column.NAME,
    frozenset({Column.HOURS, Column.ROUND_THE_CLOCK}): Column.HOURS,
}
"""What a heading means that names several things."""

TELEPHONES = frozenset({Column.TELEPHONE, Column.TELEPHONE_AND_FAX, Column.CONTACT_DETAILS})
UNDER_TELEPHONE: dict[str, Column] = {
    fold(word): Column.TELEPHONE
    for word in (
        *("office", "work", "direct", "day", "night", "after hours", "home", "duty", "24h", "main"),
        *("辦公室", "办公室", "公", "夜間", "夜间"),
    )
}
"""What a second heading means below one over telephones; alone it would mean another thing."""

LONGEST_PHRASE_WORDS = 5
LONGEST_UNSPACED_PHRASE = 8
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u9fff]+")


@lru_cache(maxsize=4096)
def familiar_phrase(folded: str) -> Column | None:
    """What the longest familiar phrase within a folded heading means."""
    return max(_phrases(folded), key=lambda found: found[0], default=(0, None))[1]


def _phrases(folded: str) -> Iterator[tuple[int, Column]]:
    words = folded.split()
    for begin in range(len(words)):
        for end in range(begin + 1, min(len(words), begin + LONGEST_PHRASE_WORDS) + 1):
            phrase = " ".join(words[begin:end])
            if len(phrase) > 2 and phrase in FAMILIAR:
                yield len(phrase), FAMILIAR[phrase]
    # Chinese, Japanese and Thai set no blanks between words.
    for run in _UNSPACED.findall(folded):
        for begin in range(len(run)):
            for end in range(begin + 2, min(len(run), begin + LONGEST_UNSPACED_PHRASE) + 1):
                if (column := FAMILIAR.get(run[begin:end])) is not None:
                    yield end - begin, column

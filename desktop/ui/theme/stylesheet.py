"""The one style sheet, generated from roles and metrics. Kept short: Qt matches every rule against every widget."""

from desktop.ui.theme.tokens import RADIUS_M, RADIUS_S, RESOURCES, STATUSES, TARGET, TYPE, Theme


def style_sheet(theme: Theme) -> str:
    """The style sheet of a theme. Custom-painted widgets read the theme's roles themselves."""
    text = "".join((_LABELS, _FRAMES, _BUTTONS, _INPUTS, _CHOICES, _VIEWS, _BARS, _POPUPS, _tones(theme)))
    return _fill(text, theme)


def _fill(template: str, theme: Theme) -> str:
    """Replace @role by the role's colour, $glyph(role) by the arrow or tick that reads on that role."""
    values = {f"@{role};": f"{theme.css(role)};" for role in theme.roles}
    # Longest first, so that @border-strong is not read as @border.
    for key in sorted(values, key=len, reverse=True):
        template = template.replace(key, values[key])
    ink = "white" if theme.color("text").lightnessF() > 0.5 else "black"
    accent_ink = "white" if theme.color("accent-text").lightnessF() > 0.5 else "black"
    folder = (RESOURCES / "icons" / "style").as_posix()
    caption, body, heading, title, display = TYPE
    sizes = {
        "$check": f"url({folder}/check-{accent_ink}.svg)",
        "$dash": f"url({folder}/dash-{accent_ink}.svg)",
        "$down": f"url({folder}/chevron-down-{ink}.svg)",
        "$up": f"url({folder}/chevron-up-{ink}.svg)",
        "$rs": f"{RADIUS_S}px",
        "$rm": f"{RADIUS_M}px",
        "$target": f"{TARGET}px",
        "$caption": f"{caption}px",
        "$body": f"{body}px",
        "$heading": f"{heading}px",
        "$title": f"{title}px",
        "$display": f"{display}px",
    }
    for key, value in sizes.items():
        template = template.replace(key, value)
    return template


def _tones(theme: Theme) -> str:
    tones = {"muted": "text-muted", "accent": "accent", **{status: status for status in STATUSES}}
    rules = [f'QLabel[tone="{tone}"]{{color:@{role};}}' for tone, role in tones.items()]
    rules += [
        f'QFrame[banner="{status}"]{{background:@{status}-soft;border:1px solid @{status};border-radius:$rm;}}'
        for status in STATUSES
    ]
    return "".join(rules)


_LABELS = """
QLabel[type="caption"]{font-size:$caption;color:@text-muted;}
QLabel[type="strong"]{font-weight:600;}
QLabel[type="heading"]{font-size:$heading;font-weight:600;}
QLabel[type="title"]{font-size:$title;font-weight:600;}
QLabel[type="display"]{font-size:$display;font-weight:600;}
QLabel:disabled{color:@text-disabled;}
"""

_FRAMES = """
QFrame[card="true"]{background:@surface;border:1px solid @border;border-radius:$rm;}
QFrame[card="raised"]{background:@raised;border:1px solid @border;border-radius:$rm;}
QFrame[card="sunken"]{background:@sunken;border:1px solid @border;border-radius:$rm;}
QFrame[rail="true"]{background:@rail;border:none;border-right:1px solid @border;}
QFrame[toast="true"]{background:@raised;border:1px solid @border-strong;border-radius:$rm;}
QFrame[divider="true"]{background:@border;border:none;}
QScrollArea{background:transparent;border:none;}
QScrollArea:focus{border:2px solid @focus;border-radius:$rs;}
QWidget[bare="true"]{background:transparent;}
QStatusBar::item{border:none;}
QSplitter::handle{background:@border;}
"""

_BUTTONS = """
QPushButton{background:@raised;color:@text;border:1px solid @border;border-radius:$rs;padding:6px 12px;min-height:18px;font-weight:500;}
QPushButton:hover{background:@hover;}
QPushButton:pressed{background:@sunken;}
QPushButton:disabled{color:@text-disabled;background:transparent;border-color:@border;}
QPushButton[kind="primary"]{background:@accent;color:@accent-text;border-color:@accent;font-weight:600;}
QPushButton[kind="primary"]:hover{background:@accent-hover;border-color:@accent-hover;}
QPushButton[kind="primary"]:disabled{background:@raised;color:@text-disabled;border-color:@border;}
QPushButton[kind="quiet"]{background:transparent;border-color:transparent;color:@text-muted;}
QPushButton[kind="quiet"]:hover{background:@hover;color:@text;}
QPushButton[kind="danger"]{background:transparent;border-color:@error;color:@error;}
QPushButton[kind="danger"]:hover{background:@error-soft;}
QPushButton:checked{background:@selected;border-color:@accent;color:@text;}
QPushButton:focus{border:2px solid @focus;padding:5px 11px;}
QPushButton[kind="primary"]:focus{border-color:@text;}
QPushButton[kind="primary"]:disabled,QPushButton[kind="danger"]:disabled{color:@text-disabled;border-color:@border;}
QToolButton{background:transparent;color:@text;border:1px solid transparent;border-radius:$rs;padding:5px;min-width:20px;min-height:20px;}
QToolButton:hover{background:@hover;}
QToolButton:pressed{background:@sunken;}
QToolButton:checked{background:@selected;}
QToolButton:disabled{color:@text-disabled;}
QToolButton:focus{border:2px solid @focus;padding:4px;}
QToolButton::menu-indicator{image:none;}
"""

_INPUTS = """
QLineEdit,QComboBox,QSpinBox,QDoubleSpinBox,QDateEdit,QDateTimeEdit,QTimeEdit,QPlainTextEdit,QTextEdit{background:@sunken;color:@text;border:1px solid @border-strong;border-radius:$rs;padding:4px 8px;min-height:22px;selection-background-color:@accent;selection-color:@accent-text;}
QLineEdit:hover,QComboBox:hover,QSpinBox:hover,QDateEdit:hover{border-color:@text-muted;}
QLineEdit:focus,QComboBox:focus,QSpinBox:focus,QDoubleSpinBox:focus,QDateEdit:focus,QDateTimeEdit:focus,QTimeEdit:focus,QPlainTextEdit:focus,QTextEdit:focus{border:2px solid @focus;padding:3px 7px;}
QLineEdit[invalid="true"],QSpinBox[invalid="true"],QComboBox[invalid="true"],QDateEdit[invalid="true"]{border:2px solid @error;padding:3px 7px;}
QLineEdit:disabled,QComboBox:disabled,QSpinBox:disabled,QDateEdit:disabled{color:@text-disabled;border-color:@border;background:transparent;}
QLineEdit[readOnly="true"]{background:transparent;border-color:@border;}
QComboBox{padding-right:26px;}
QComboBox:focus{padding-right:25px;}
QComboBox::drop-down,QDateEdit::drop-down{border:none;width:26px;subcontrol-position:center right;}
QComboBox::down-arrow,QDateEdit::down-arrow{image:$down;width:16px;height:16px;}
QComboBox QAbstractItemView{background:@raised;color:@text;border:1px solid @border-strong;border-radius:$rs;padding:4px;selection-background-color:@hover;selection-color:@text;outline:0;}
QComboBox QAbstractItemView::item{min-height:28px;padding:0 8px;border-radius:4px;}
QSpinBox::up-button,QSpinBox::down-button,QDoubleSpinBox::up-button,QDoubleSpinBox::down-button{border:none;background:transparent;width:24px;}
QSpinBox::up-button:hover,QSpinBox::down-button:hover{background:@hover;border-radius:4px;}
QSpinBox::up-arrow,QDoubleSpinBox::up-arrow{image:$up;width:12px;height:12px;}
QSpinBox::down-arrow,QDoubleSpinBox::down-arrow{image:$down;width:12px;height:12px;}
QSpinBox,QDoubleSpinBox{padding-right:26px;}
"""

_CHOICES = """
QCheckBox,QRadioButton{spacing:8px;border:2px solid transparent;border-radius:$rs;padding:2px 4px;min-height:20px;}
QCheckBox:focus,QRadioButton:focus{border-color:@focus;}
QCheckBox:disabled,QRadioButton:disabled{color:@text-disabled;}
QCheckBox::indicator,QTableView::indicator,QListView::indicator,QTreeView::indicator{width:16px;height:16px;border:1px solid @border-strong;border-radius:4px;background:@sunken;}
QCheckBox::indicator:hover{border-color:@accent;}
QCheckBox::indicator:checked,QTableView::indicator:checked,QListView::indicator:checked{background:@accent;border-color:@accent;image:$check;}
QCheckBox::indicator:indeterminate{background:@accent;border-color:@accent;image:$dash;}
QCheckBox::indicator:disabled{border-color:@border;background:@raised;}
QRadioButton::indicator{width:16px;height:16px;border:1px solid @border-strong;border-radius:9px;background:@sunken;}
QRadioButton::indicator:hover{border-color:@accent;}
QRadioButton::indicator:checked{width:8px;height:8px;border:5px solid @accent;background:@accent-text;}
QSlider{min-height:$target;}
QSlider::groove:horizontal{height:4px;background:@border-strong;border-radius:2px;}
QSlider::sub-page:horizontal{background:@accent;border-radius:2px;}
QSlider::handle:horizontal{width:16px;height:16px;margin:-6px 0;border-radius:8px;background:@accent;}
QSlider:focus{border:2px solid @focus;border-radius:$rs;}
QProgressBar{background:@sunken;border:none;border-radius:4px;min-height:8px;max-height:8px;text-align:center;color:transparent;}
QProgressBar::chunk{background:@accent;border-radius:4px;}
"""

_VIEWS = """
QTableView,QListView,QTreeView{background:@surface;alternate-background-color:@window;color:@text;border:1px solid @border;border-radius:$rm;gridline-color:@border;selection-background-color:@selected;selection-color:@text;outline:0;}
QTableView:focus,QListView:focus,QTreeView:focus{border:2px solid @focus;}
QListView[bare="true"]{background:transparent;border-color:transparent;}
QListView[bare="true"]:focus{border:2px solid @focus;}
QHeaderView{background:transparent;border:none;}
QHeaderView::section{background:@surface;color:@text-muted;font-size:$caption;font-weight:600;border:none;border-bottom:1px solid @border;padding:4px 8px;min-height:24px;}
QHeaderView::section:hover{color:@text;}
QTableCornerButton::section{background:@surface;border:none;border-bottom:1px solid @border;}
QTabWidget::pane{border:none;border-top:1px solid @border;}
QTabBar{border:none;}
QTabBar::tab{background:transparent;color:@text-muted;border:2px solid transparent;border-bottom:2px solid transparent;padding:6px 12px;min-height:20px;font-weight:500;}
QTabBar::tab:hover{color:@text;}
QTabBar::tab:selected{color:@text;border-bottom-color:@accent;}
QTabBar::tab:focus{border:2px solid @focus;border-radius:$rs;}
QCalendarWidget QAbstractItemView{background:@raised;selection-background-color:@accent;selection-color:@accent-text;border:none;border-radius:0;}
QCalendarWidget QWidget#qt_calendar_navigationbar{background:@raised;}
QCalendarWidget QToolButton{font-weight:600;padding:4px 8px;}
"""

_BARS = """
QScrollBar:vertical{background:transparent;width:10px;margin:2px;}
QScrollBar:horizontal{background:transparent;height:10px;margin:2px;}
QScrollBar::handle{background:@border-strong;border-radius:3px;}
QScrollBar::handle:vertical{min-height:32px;}
QScrollBar::handle:horizontal{min-width:32px;}
QScrollBar::handle:hover{background:@text-muted;}
QScrollBar::add-line,QScrollBar::sub-line{width:0;height:0;}
QScrollBar::add-page,QScrollBar::sub-page{background:transparent;}
"""

_POPUPS = """
QMenu{background:@raised;color:@text;border:1px solid @border-strong;border-radius:$rm;padding:4px;}
QMenu::item{padding:6px 24px 6px 12px;border-radius:4px;min-height:20px;}
QMenu::item:selected{background:@hover;}
QMenu::item:disabled{color:@text-disabled;}
QMenu::icon{padding-left:8px;}
QMenu::separator{height:1px;background:@border;margin:4px 8px;}
QToolTip{background:@raised;color:@text;border:1px solid @border-strong;padding:4px 8px;}
QDialog{background:@window;}
"""

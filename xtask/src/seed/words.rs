//! What is taught, where, and by whom? Words in Chinese, Tibetan and English that titles and names are put together from.

pub(super) type Three = (&'static str, &'static str, &'static str);

/// Slug and title.
pub(super) const COLUMNS: [(&str, Three); 7] = [
    ("common-diseases", ("常见病多发病", "རྒྱུན་མཐོང་གི་ནད།", "Common diseases")),
    ("tibetan-medicine", ("藏医适宜技术", "བོད་ལུགས་གསོ་རིག་གི་ལག་རྩལ།", "Appropriate Tibetan medicine")),
    ("public-health", ("公共卫生服务", "སྤྱི་པའི་འཕྲོད་བསྟེན།", "Public health")),
    ("emergency", ("急救技能", "ཛ་དྲག་སྐྱོབ་གསོ།", "Emergency skills")),
    ("mother-child", ("妇幼保健", "མ་བུའི་འཕྲོད་བསྟེན།", "Mothers and children")),
    ("medicines", ("合理用药", "སྨན་ཚུལ་མཐུན་སྤྱོད་པ།", "Rational use of medicines")),
    ("ethics-law", ("医德与法规", "སྨན་པའི་ཀུན་སྤྱོད་དང་ཁྲིམས་ལུགས།", "Ethics and law")),
];

pub(super) const ASPECTS: [(&str, Three); 13] = [
    ("ethics", ("医学伦理", "སྨན་པའི་ཀུན་སྤྱོད།", "Medical ethics")),
    ("common", ("常见病", "རྒྱུན་མཐོང་ནད།", "Common diseases")),
    ("chronic", ("慢性病管理", "ནད་གཅོང་ཅན་གྱི་དོ་དམ།", "Chronic disease")),
    ("tibetan", ("藏医适宜技术", "བོད་སྨན་ལག་རྩལ།", "Tibetan techniques")),
    ("chinese", ("中医适宜技术", "རྒྱ་སྨན་ལག་རྩལ།", "Chinese techniques")),
    ("emergency", ("急诊急救", "ཛ་དྲག་སྐྱོབ་གསོ།", "Emergency care")),
    ("infection", ("传染病防控", "འགོས་ནད་འགོག་བཅོས།", "Infectious disease")),
    ("maternal", ("孕产妇保健", "སྦྲུམ་མའི་འཕྲོད་བསྟེན།", "Maternal care")),
    ("child", ("儿童保健", "བྱིས་པའི་འཕྲོད་བསྟེན།", "Child health")),
    ("elderly", ("老年人健康", "རྒན་པའི་བདེ་ཐང་།", "Care of the elderly")),
    ("drugs", ("合理用药", "སྨན་སྤྱོད་པ།", "Use of medicines")),
    ("altitude", ("高原病", "མཐོ་སའི་ནད།", "Altitude illness")),
    ("law", ("卫生法规", "འཕྲོད་བསྟེན་ཁྲིམས་ལུགས།", "Health law")),
];

pub(super) const AUDIENCES: [(&str, Three); 4] = [
    ("village", ("村医", "གྲོང་གསེབ་སྨན་པ།", "Village clinics")),
    ("township", ("乡镇全科医生", "ཤང་གི་སྨན་པ།", "Township general practitioners")),
    ("county", ("县级临床医生", "རྫོང་གི་སྨན་པ།", "County clinicians")),
    ("public-health", ("公卫人员", "སྤྱི་པའི་འཕྲོད་བསྟེན་པ།", "Public health staff")),
];

pub(super) const TOPICS: [Three; 36] = [
    ("高血压", "ཁྲག་ཤེད་མཐོ་བ།", "hypertension"),
    ("糖尿病", "གཅིན་སྙི་ཟ་ཁུ།", "diabetes"),
    ("慢性阻塞性肺疾病", "གློ་བའི་འགག་ནད།", "chronic obstructive pulmonary disease"),
    ("肺炎", "གློ་ཚད།", "pneumonia"),
    ("肺结核", "གློ་གཅོང་།", "tuberculosis"),
    ("包虫病", "འབུ་ནད།", "hydatid disease"),
    ("布鲁氏菌病", "པུ་ལུའི་ནད།", "brucellosis"),
    ("急性高原病", "མཐོ་སའི་ནད་གྲ་པོ།", "acute altitude illness"),
    ("高原肺水肿", "མཐོ་སའི་གློ་ཆུ།", "high-altitude pulmonary edema"),
    ("冠心病", "སྙིང་གི་འཕྲེད་རྩའི་ནད།", "coronary heart disease"),
    ("心力衰竭", "སྙིང་ཉམས་པ།", "heart failure"),
    ("脑卒中", "གྲིབ་ནད།", "stroke"),
    ("胃炎", "ཕོ་བའི་ཚད་པ།", "gastritis"),
    ("消化性溃疡", "ཕོ་བའི་རྨ།", "peptic ulcer"),
    ("腹泻", "བཤལ་ནད།", "diarrhea"),
    ("肝炎", "མཆིན་ཚད།", "hepatitis"),
    ("胆囊炎", "མཁྲིས་ཚད།", "cholecystitis"),
    ("尿路感染", "གཅིན་ལམ་འགོས་ནད།", "urinary tract infection"),
    ("类风湿关节炎", "ཚིགས་ཀྱི་གྲུམ་བུ།", "rheumatoid arthritis"),
    ("痛风", "དྲེག་ནད།", "gout"),
    ("腰腿痛", "སྐེད་རྐང་ན་བ།", "low back pain"),
    ("白内障", "ལིང་ཐོག", "cataract"),
    ("贫血", "ཁྲག་ཉུང་བ།", "anemia"),
    ("甲状腺结节", "ལྦ་བ།", "thyroid nodules"),
    ("妊娠期高血压", "སྦྲུམ་མའི་ཁྲག་ཤེད།", "hypertension in pregnancy"),
    ("产后出血", "བཙས་རྗེས་ཁྲག་ཤོར།", "postpartum hemorrhage"),
    ("新生儿黄疸", "བྱིས་པའི་མིག་སེར།", "neonatal jaundice"),
    ("儿童发热", "བྱིས་པའི་ཚད་པ།", "fever in children"),
    ("预防接种", "སྔོན་འགོག་སྨན་ཁབ།", "vaccination"),
    ("心肺复苏", "སྙིང་གློ་སླར་གསོ།", "cardiopulmonary resuscitation"),
    ("创伤止血", "རྨ་ཁ་ཁྲག་གཅོད།", "bleeding control"),
    ("骨折固定", "རུས་ཆག་བཅིང་བ།", "splinting fractures"),
    ("抗生素", "སྲིན་འགོག་སྨན།", "antibiotics"),
    ("放血疗法", "གཏར་བཅོས།", "Tibetan bloodletting"),
    ("艾灸", "མེ་བཙའ།", "moxibustion"),
    ("药浴", "ལུམས་བཅོས།", "medicinal baths"),
];

pub(super) const FORMS: [Three; 16] = [
    ("的识别", "ངོས་འཛིན།", "How to recognize"),
    ("的规范治疗", "ཚད་ལྡན་བཅོས་ཐབས།", "Standard treatment of"),
    ("的社区随访", "ཁྱིམ་བསྐོར་བརྟག་དཔྱད།", "Follow-up of"),
    ("的转诊指征", "གནས་སྤོའི་རྟགས།", "When to refer"),
    ("病例讨论", "ནད་དཔེ་གྲོས་བསྡུར།", "A case of"),
    ("的健康教育", "བདེ་ཐང་སློབ་གསོ།", "Teaching patients about"),
    ("的用药", "སྨན་སྤྱོད་པ།", "Medicines for"),
    ("的护理", "ནད་གཡོག", "Nursing in"),
    ("的预防", "སྔོན་འགོག", "Preventing"),
    ("常见误区", "ནོར་འཁྲུལ།", "Common mistakes in"),
    ("的检查方法", "བརྟག་ཐབས།", "Examination for"),
    ("操作演示", "ལག་ལེན་བསྟན་པ།", "Demonstration:"),
    ("答疑", "དྲི་བ་དྲིས་ལན།", "Questions about"),
    ("新进展", "འཕེལ་རྒྱས་གསར་པ།", "What is new in"),
    ("的藏医认识", "བོད་སྨན་གྱི་ལྟ་བ།", "The Tibetan view of"),
    ("的自我管理", "རང་ཉིད་དོ་དམ།", "Self-care in"),
];

pub(super) const PARTS: [Three; 4] = [
    ("基础", "རྨང་གཞི།", "Basics"),
    ("实践", "ལག་ལེན།", "Practice"),
    ("病例", "ནད་དཔེ།", "Cases"),
    ("复习", "བསྐྱར་སྦྱོང་།", "Review"),
];

pub(super) const AUTHORS: [&str; 12] =
    ["卓玛", "扎西", "次仁", "央金", "索朗", "格桑", "李敏", "王海", "张雪", "陈立", "马文", "旦增"];

pub(super) const INSTITUTIONS: [&str; 6] =
    ["玉拉州人民医院", "玉拉州藏医院", "省人民医院", "省疾病预防控制中心", "州妇幼保健院", "省医学院"];

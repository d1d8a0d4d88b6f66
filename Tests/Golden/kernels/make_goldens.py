"""Makes the golden files of KernelsTests beside this script.

Independent programs: mpmath (elementary functions, normal distribution, 60 digits), QuantLib (Black-76 price,
implied standard deviation) and vollib, the successor of py_vollib (greeks), NumPy (the bytes of .npy files), TA-Lib
(indicators). Where the answer is mpmath's, QuantLib's or lets_be_rational's must be near it, or the script stops.

    python3 -m venv ../golden-venv && ../golden-venv/bin/pip install mpmath==1.4.1 QuantLib==1.44 vollib==1.0.11 numpy==2.4.6 TA-Lib==0.8.2
    ../golden-venv/bin/python Tests/Golden/kernels/make_goldens.py
"""
import io, os, random, struct
import mpmath as M
import numpy as np
import QuantLib as ql
import talib
from lets_be_rational import implied_volatility_from_a_transformed_rational_guess as jaeckel
from vollib.black.greeks.analytical import delta, gamma, theta, vega

M.mp.dps = 60
HERE = os.path.dirname(os.path.abspath(__file__))
HOW = "re-make with Tests/Golden/kernels/make_goldens.py"


def write(name, source, columns, rows):
    with open(os.path.join(HERE, name), "w") as f:
        f.write(f"# {source}; {HOW}\n# {columns}\n")
        f.writelines(",".join(map(str, r)) + "\n" for r in rows)


def bits(x):
    return "%016x" % struct.unpack(">Q", struct.pack(">d", float(x)))[0]


def number(x):
    return repr(float(x))


def elementary():
    r = random.Random(20181224)
    N = lambda x: M.erfc(-x / M.sqrt(2)) / 2

    def quantile(p):
        x = M.mpf(float(-M.sqrt(-2 * M.log(min(p, 1 - p))) if p < 0.5 else M.sqrt(-2 * M.log(1 - p))))
        return M.findroot(lambda t: M.log(N(t)) - M.log(p), x * 0.9) if p < 0.5 else M.findroot(
            lambda t: M.log(N(-t)) - M.log(1 - p), x * 0.9)

    fs = {
        "log": (M.log, lambda: r.choice([r.uniform(0.3, 3), 1 + r.uniform(-1, 1) * 2.0 ** -r.randint(1, 50),
                                         r.uniform(1, 9000), 2.0 ** r.uniform(-1074, 1023)])),
        "exp": (M.exp, lambda: r.choice([r.uniform(-1, 1), r.uniform(-708, 709), r.uniform(-1, 1) * 1e-9])),
        "expm1": (M.expm1, lambda: r.choice([r.uniform(-1, 1), r.uniform(-30, 700), r.uniform(-1, 1) * 1e-9])),
        "tanh": (M.tanh, lambda: r.choice([r.uniform(-1, 1), r.uniform(-21, 21), r.uniform(-1, 1) * 1e-7])),
        "normalCDF": (N, lambda: r.choice([r.uniform(-8, 8), r.uniform(-1, 1), r.uniform(-37, 8)])),
        "normalQuantile": (quantile, lambda: r.choice([r.random(), 10 ** r.uniform(-290, -1), 1 - 10 ** r.uniform(-9, -1)])),
    }
    rows = []
    for name, (f, draw) in fs.items():
        for _ in range(150):
            x = float(draw())
            rows.append((name, bits(x), bits(0.0), bits(f(M.mpf(x)))))
    for i in range(300):
        x = r.choice([r.uniform(0, 100), 2.0 ** r.uniform(-300, 300)])
        y = r.choice([r.uniform(-3, 3), r.uniform(-1, 1) * 650 / abs(float(M.log(x)))])
        rows.append(("pow", bits(x), bits(y), bits(M.power(M.mpf(x), M.mpf(y)))))
    write("elementary.csv", "mpmath, 60 digits, rounded once", "function,x,y,value (bit patterns, hexadecimal)", rows)


def black76():
    r = random.Random(76)
    rows = []
    while len(rows) < 400:
        F = r.uniform(500, 6000)
        T = r.choice([r.uniform(0.0005, 0.02), r.uniform(0.02, 2)])
        sigma = r.uniform(0.05, 0.9)
        s = sigma * T ** 0.5
        K = round(F * float(M.exp(r.uniform(-4, 4) * s)), 2)
        call = r.random() < 0.5
        kind = ql.Option.Call if call else ql.Option.Put
        price = ql.blackFormula(kind, K, F, s)
        flag = "c" if call else "p"
        out = (K > F) == call
        implied = ""
        if out and price > 1e-6:
            implied = repr(ql.blackFormulaImpliedStdDev(kind, K, F, price, 1.0, 0.0, s, 1e-15, 1000))
        rows.append((repr(F), repr(K), repr(sigma), repr(T), 1 if call else -1, repr(price),
                     number(delta(flag, F, K, T, 0, sigma)), number(gamma(flag, F, K, T, 0, sigma)),
                     number(vega(flag, F, K, T, 0, sigma) * 100), number(theta(flag, F, K, T, 0, sigma) * 365), implied))
    write("black76.csv", f"QuantLib {ql.__version__} (price, implied) and vollib 1.0.11 (greeks; vega x100, theta x365)",
          "forward,strike,volatility,years,sign,price,delta,gamma,vega,theta,impliedStdDev", rows)


def exact_fit():
    """A shape whose header needs no padding, where NumPy adds 64 spaces all the same."""
    for a in range(30):
        for b in range(30 - a):
            shape = (1,) * a + (10,) * b + (0,)
            text = f"{{'descr': '<i4', 'fortran_order': False, 'shape': {shape}, }}"
            if a + b > 1 and (10 + len(text) + 1 + 21 - len(str(shape[0]))) % 64 == 0:
                return shape


def npy():
    rows = []
    for a in [np.arange(6, dtype="<i4").reshape(2, 3) - 2, np.array([-2 ** 63, 5, 2 ** 62], "<i8"),
              np.array([[[0.5], [-1e300]], [[np.inf], [0.1]]]), np.zeros((3, 0, 2), "<i4"),
              np.zeros((10,) * 13 + (0,), "<i4"), np.zeros(exact_fit(), "<i4")]:
        b = io.BytesIO()
        np.save(b, a)
        rows.append((a.dtype.str, "x".join(map(str, a.shape)), b.getvalue().hex()))
    write("npy.csv", f"NumPy {np.__version__}, numpy.save", "type,shape,bytes of the file", rows)


def d1(F, K, s):
    return M.log(M.mpf(F) / K) / s + M.mpf(s) / 2


def exact_price(F, K, s, sign):
    N = lambda x: M.erfc(-x / M.sqrt(2)) / 2
    d = d1(F, K, s)
    return sign * (F * N(sign * d) - K * N(sign * (d - s)))


def deltas_and_vegas():
    r = random.Random(4242)
    rows = []
    while len(rows) < 240:
        F = r.uniform(10, 6000)
        root = r.uniform(0.02, 1.5)
        s = 10 ** r.uniform(-3.3, 0.3)
        K = F * float(M.exp(r.uniform(-6, 6) * s))
        sign = r.choice([1, -1])
        d = d1(F, K, s)
        delta = sign * M.erfc(-sign * d / M.sqrt(2)) / 2
        vega = F * M.npdf(d) * root
        calculator = ql.BlackCalculator(ql.PlainVanillaPayoff(ql.Option.Call if sign > 0 else ql.Option.Put, K), F, s)
        assert abs(calculator.deltaForward() - float(delta)) < 1e-11
        assert abs(calculator.vega(root * root) - float(vega)) < 1e-11 * F
        rows.append((repr(F), repr(K), repr(s), repr(root), sign, number(delta), number(vega)))
    write("delta_vega.csv", f"mpmath, 60 digits, rounded once; QuantLib {ql.__version__} agrees to 1e-11",
          "forward,strike,stdDev,rootYears,sign,delta,vega", rows)


def implied():
    """The exact deviation of a price that is a double; the options of a chain, in and out of the money."""
    r = random.Random(1973)
    rows = []
    while len(rows) < 240:
        F = r.uniform(10, 6000)
        s = 10 ** r.uniform(-3, 0.4)
        K = F * float(M.exp(r.uniform(-4.5, 4.5) * s))
        sign = r.choice([1, -1])
        price = float(exact_price(F, K, s, sign))
        out = M.mpf(price) - max(sign * (M.mpf(F) - K), 0)
        if not (1e-12 < out / F and out < 0.95 * min(F, K)) or float(out) < 1e-7 * price:
            continue
        root = M.findroot(lambda x: exact_price(F, K, x, sign) - M.mpf(price), (s, s * (1 + 1e-8)), tol=1e-50)
        assert abs(jaeckel(price, F, K, 1.0, sign) / float(root) - 1) < 1e-8
        rows.append((repr(price), repr(F), repr(K), sign, number(root)))
    write("implied.csv", "mpmath, 60 digits, rounded once; lets_be_rational 1.1.2 agrees to 1e-8",
          "price,forward,strike,sign,stdDev", rows)


def indicators():
    r = random.Random(1978)
    price = [2500.0]
    while len(price) < 160:
        change = round(r.gauss(0, 12), 2) if r.random() > 0.1 else 0
        price.append(round(price[-1] + change, 2))
    p = np.array(price)
    columns = [p] + [talib.RSI(p, n) for n in (2, 14, 30)]
    for fast, slow, signal in [(12, 26, 9), (5, 35, 5), (3, 10, 16)]:
        # TA-Lib gives nothing until the signal is there; with a signal of one value the line is whole
        columns.append(talib.MACD(p, fast, slow, 1)[0])
        columns.append(talib.MACD(p, fast, slow, signal)[1])
    rows = [["" if np.isnan(x) else number(x) for x in row] for row in zip(*columns)]
    write("indicators.csv", f"TA-Lib {talib.__version__}, RSI and MACD",
          "price,rsi2,rsi14,rsi30,line and signal of MACD 12/26/9,of 5/35/5,of 3/10/16", rows)


elementary()
black76()
npy()
deltas_and_vegas()
implied()
indicators()

"""The networks of models/src/main/torchscript, assembled as the Java class TorchScriptArchive does and loaded by this PyTorch."""
import io
import pathlib
import zipfile

import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "models" / "src" / "main" / "torchscript"

# Pickle of an instance of __torch__.M whose one attribute is training = False.
ROOT_OBJECT = b"\x80\x02c__torch__\nM\n)\x81}(X\x08\x00\x00\x00training\x89ub."

FLOAT32, FLOAT16, BFLOAT16 = 6, 5, 15
DTYPES = {FLOAT32: torch.float32, FLOAT16: torch.float16, BFLOAT16: torch.bfloat16}


def archive(source):
    """A zip with stored entries under one folder, as libtorch's importer reads it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            ("m/version", b"10\n"),
            ("m/data.pkl", ROOT_OBJECT),
            ("m/constants.pkl", b"\x80\x02)."),
            ("m/code/__torch__.py", source.encode()),
        ):
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def load(name):
    """The module of NAME.py; it holds no weights."""
    source = (SOURCES / (name + ".py")).read_text()
    return torch.jit.load(io.BytesIO(archive(source)), map_location="cpu")


def dictionary(tensors=None):
    """A Dict[str, Tensor] that a network can also write into; a Python dict would be copied at each call."""
    held = torch.jit.script({"": torch.zeros(1)})
    del held[""]
    for key, tensor in (tensors or {}).items():
        held[key] = tensor
    return held


def as_java_runs():
    """No fuser, no graphs specialised to shapes, no TF32; kernels of convolutions are not searched for."""
    torch._C._set_graph_executor_optimize(False)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.set_grad_enabled(False)

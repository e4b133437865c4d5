"""What the operating system has against a file or folder, in words of both languages."""

import errno

from gis.i18n import Text

__all__ = ["reason_of"]

_REASONS = {
    errno.EACCES: Text("没有权限", "permission denied"),
    errno.EPERM: Text("系统不允许", "operation not permitted"),
    errno.EROFS: Text("所在磁盘只读", "read-only file system"),
    errno.ENOENT: Text("所在位置不存在，也无法建立", "no such file or folder"),
    errno.EEXIST: Text("同名文件已存在", "a file of that name exists"),
    errno.ENOTDIR: Text("路径中有一段是文件而不是文件夹", "part of the path is a file, not a folder"),
    errno.EISDIR: Text("是文件夹而不是文件", "it is a folder, not a file"),
    errno.ENAMETOOLONG: Text("名称过长", "the name is too long"),
    errno.ENOSPC: Text("磁盘空间不足", "no space left on the disk"),
    errno.ELOOP: Text("链接互相指向，没有尽头", "too many levels of links"),
}


def reason_of(error: OSError) -> Text:
    """Say why the operating system refused.

    Examples
    --------
    >>> reason_of(FileExistsError(17, "File exists")).zh
    '同名文件已存在'
    """
    said = error.strerror or str(error) or type(error).__name__
    return _REASONS.get(error.errno or 0, Text(said, said))
